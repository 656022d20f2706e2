import Emulation
import Measurement
import PhysicalMemory
import Testing

@Suite struct StreamingTests {
    private let machine: EmulatedMachine
    private let isp: Int

    init() throws {
        machine = try makeMachine()
        isp = try #require(machine.registerDevice(named: "isp"))
    }

    /// A frame of 64 KiB each millisecond, moved in half a millisecond.
    private func start(_ set: Int, _ kind: StreamKind = .capture) throws {
        try machine.startStream(
            ofSet: set, kind, period: 1_000_000, bytes: 65_536, bytesPerSecond: 131_072_000)
    }

    private var record: DeviceRecord { machine.runRecord.devices[isp] }

    /// Periods begin at 0, 1 … 10 ms; the first three find a buffer.
    @Test func `a capture fills what is queued and drops the rest`() throws {
        let (set, _) = try machine.gather(buffers: 3, pages: 16, device: isp)
        for index in [2, 0, 1] { try machine.queueBuffer(index, ofSet: set) }
        try start(set)
        machine.sleep(nanoseconds: 10_000_000)
        #expect(record.framesDelivered == 3)
        #expect(record.framesDropped == 8)
        #expect(record.underruns == 0)
        for index in [2, 0, 1] { #expect(try machine.dequeueBuffer(ofSet: set, timeout: 0) == index) }
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: 0) }
    }

    @Test func `a dequeue lets time pass until the frame is whole, and no longer`() throws {
        let (set, _) = try machine.gather(buffers: 2, pages: 16, device: isp)
        for index in 0..<2 { try machine.queueBuffer(index, ofSet: set) }
        let begin = machine.clock.now
        try start(set)
        for frame in 0..<30 as Range<UInt64> {
            let index = try machine.dequeueBuffer(ofSet: set, timeout: 100_000_000)
            #expect(machine.clock.now == begin + frame * 1_000_000 + 500_000)
            #expect(index == Int(frame % 2))
            try machine.queueBuffer(index, ofSet: set)
        }
        #expect(record.framesDelivered == 30)
        #expect(record.framesDropped == 0)
    }

    @Test func `a dequeue gives up when its time is over`() throws {
        let (set, _) = try machine.gather(buffers: 1, pages: 16, device: isp)
        #expect(throws: DeviceErrno.io) { try machine.dequeueBuffer(ofSet: set, timeout: 1000) }
        try start(set)
        let begin = machine.clock.now
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: 300_000) }
        #expect(machine.clock.now == begin + 300_000)
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: .max) }
        #expect(machine.clock.now == begin + 300_000)
        try machine.queueBuffer(0, ofSet: set)
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: 900_000) }
        #expect(machine.clock.now == begin + 1_200_000)
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: .max) == 0)
        #expect(machine.clock.now == begin + 1_500_000)
    }

    /// Nothing for 2 periods, buffer 0 from 2 ms on, buffer 1 from 5 ms on, until 8 ms.
    @Test func `a scanout repeats the newest buffer and gives the one before back`() throws {
        let (set, _) = try machine.gather(buffers: 2, pages: 16, device: isp)
        try start(set, .scanout)
        machine.sleep(nanoseconds: 1_500_000)
        try machine.queueBuffer(0, ofSet: set)
        machine.sleep(nanoseconds: 3_000_000)
        try machine.queueBuffer(1, ofSet: set)
        let asked = machine.clock.now
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: 10_000_000) == 0)
        #expect(machine.clock.now == asked + 500_000)
        machine.sleep(nanoseconds: 3_000_000 + 600_000)
        #expect(record.framesDelivered == 2)
        #expect(record.framesRepeated == 2 + 3)
        #expect(record.underruns == 2)
        #expect(record.framesDropped == 0)
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: 5_000_000) }
    }

    @Test func `what is queued and not the driver's cannot be queued, taken out or used`() throws {
        let (set, _) = try machine.gather(buffers: 2, pages: 16, device: isp)
        for wild in [-1, 2, Int.max, .min] {
            #expect(throws: DeviceErrno.invalid) { try machine.queueBuffer(wild, ofSet: set) }
        }
        try machine.queueBuffer(0, ofSet: set)
        for _ in 0..<2 {
            #expect(throws: DeviceErrno.busy) { try machine.queueBuffer(0, ofSet: set) }
            #expect(throws: DeviceErrno.busy) { try machine.removeBuffer(0, fromSet: set) }
            #expect(throws: DeviceErrno.busy) {
                try machine.runJob(
                    [JobAccess(set: set, buffer: 0, writes: true)], bytesPerSecond: 1, device: isp)
            }
            if machine.clock.now < 1_000_000_000 { try start(set) }
            machine.sleep(nanoseconds: 1_000_000_000)
        }
        #expect(throws: DeviceErrno.busy) { try start(set) }
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: 0) == 0)
        try machine.removeBuffer(0, fromSet: set)
        #expect(throws: DeviceErrno.invalid) { try machine.queueBuffer(0, ofSet: set) }
    }

    @Test func `a frame needs a buffer that it fits in`() throws {
        let (set, _) = try machine.gather(buffers: 1, pages: 15, device: isp)
        try machine.queueBuffer(0, ofSet: set)
        #expect(throws: DeviceErrno.invalid) { try start(set) }
        machine.stopStream(ofSet: set)
        try start(set)
        #expect(throws: DeviceErrno.invalid) { try machine.queueBuffer(0, ofSet: set) }
    }

    @Test(arguments: [(0, 1, 1), (1, 0, 1), (1, 1, 0)] as [(UInt64, UInt64, UInt64)])
    func `a stream has no zero in it`(period: UInt64, bytes: UInt64, rate: UInt64) throws {
        let (set, _) = try machine.gather(buffers: 1, pages: 1, device: isp)
        #expect(throws: DeviceErrno.invalid) {
            try machine.startStream(
                ofSet: set, .capture, period: period, bytes: bytes, bytesPerSecond: rate)
        }
    }

    @Test func `the largest numbers are a stream in which nothing ever arrives`() throws {
        let (set, _) = try machine.gather(buffers: 1, pages: 1, device: isp)
        try machine.startStream(ofSet: set, .capture, period: .max, bytes: 4096, bytesPerSecond: 1)
        try machine.queueBuffer(0, ofSet: set)
        #expect(throws: DeviceErrno.again) { try machine.dequeueBuffer(ofSet: set, timeout: 1 << 40) }
        let other = try machine.gather(buffers: 1, pages: 1, device: isp).set
        try machine.queueBuffer(0, ofSet: other)
        #expect(throws: DeviceErrno.invalid) {
            try machine.startStream(
                ofSet: other, .capture, period: 1, bytes: .max, bytesPerSecond: .max)
        }
    }

    @Test func `after the end all buffers are the driver's, and the counts stay`() throws {
        let (set, _) = try machine.gather(buffers: 3, pages: 16, device: isp)
        for index in 0..<3 { try machine.queueBuffer(index, ofSet: set) }
        try start(set)
        machine.sleep(nanoseconds: 1_200_000)
        machine.stopStream(ofSet: set)
        #expect(record.framesDelivered == 1)
        #expect(record.framesDropped == 1)
        #expect(throws: DeviceErrno.io) { try machine.dequeueBuffer(ofSet: set, timeout: .max) }
        machine.sleep(nanoseconds: 10_000_000)
        for index in 0..<3 { try machine.queueBuffer(index, ofSet: set) }
        try start(set)
        machine.sleep(nanoseconds: 2_700_000)
        #expect(record.framesDelivered == 4)
        #expect(record.framesDropped == 1)
    }

    @Test func `engines of several sets keep their own beat`() throws {
        let codec = try #require(machine.registerDevice(named: "codec"))
        let first = try machine.gather(buffers: 1, pages: 16, device: isp).set
        let second = try machine.gather("decode", buffers: 2, pages: 16, device: codec).set
        try machine.queueBuffer(0, ofSet: first)
        for index in 0..<2 { try machine.queueBuffer(index, ofSet: second) }
        try start(first)
        try machine.startStream(
            ofSet: second, .capture, period: 300_000, bytes: 1, bytesPerSecond: 10_000)
        let begin = machine.clock.now
        #expect(try machine.dequeueBuffer(ofSet: second, timeout: .max) == 0)
        #expect(machine.clock.now == begin + 100_000)
        #expect(try machine.dequeueBuffer(ofSet: second, timeout: .max) == 1)
        #expect(machine.clock.now == begin + 400_000)
        #expect(try machine.dequeueBuffer(ofSet: first, timeout: .max) == 0)
        #expect(machine.clock.now == begin + 500_000)
    }

    @Test func `drivers at the same emulated time stream side by side`() throws {
        let codec = try #require(machine.registerDevice(named: "codec"))
        let sets = try [isp, codec].map { try machine.gather(buffers: 2, pages: 16, device: $0).set }
        var seen: [[UInt64]] = [[], []]
        let begin = machine.clock.now
        let bodies = (0..<2).map { number in
            { [machine] in
                let set = sets[number]
                for index in 0..<2 { try? machine.queueBuffer(index, ofSet: set) }
                try? machine.startStream(
                    ofSet: set, .capture, period: UInt64(number + 1) * 1000, bytes: 1,
                    bytesPerSecond: 10_000_000)
                for _ in 0..<4 {
                    guard let index = try? machine.dequeueBuffer(ofSet: set, timeout: .max) else { return }
                    seen[number].append(machine.clock.now - begin)
                    try? machine.queueBuffer(index, ofSet: set)
                }
            }
        }
        #expect(VirtualTasks.run(on: machine.clock, bodies))
        #expect(seen == [[100, 1100, 2100, 3100], [100, 2100, 4100, 6100]])
    }

    // MARK: Jobs

    @Test func `a job takes as long as its largest buffer`() throws {
        let small = try machine.gather(buffers: 1, pages: 4, device: isp).set
        let large = try machine.gather(buffers: 1, pages: 16, device: isp).set
        let begin = machine.clock.now
        try machine.runJob(
            [
                JobAccess(set: small, buffer: 0, writes: false),
                JobAccess(set: large, buffer: 0, writes: true),
            ], bytesPerSecond: 65_536_000, device: isp)
        #expect(machine.clock.now == begin + 1_000_000)
        #expect(record.framesDelivered == 1)
    }

    @Test func `a job uses buffers of its own device only`() throws {
        let codec = try #require(machine.registerDevice(named: "codec"))
        let (set, pfns) = try machine.gather(buffers: 1, pages: 4, device: isp)
        let access = JobAccess(set: set, buffer: 0, writes: true)
        func refusal(_ accesses: [JobAccess], rate: UInt64 = 1 << 30, device: Int) -> DeviceErrno? {
            do {
                try machine.runJob(accesses, bytesPerSecond: rate, device: device)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([access], device: codec) == .invalid)
        #expect(refusal([], device: isp) == .invalid)
        #expect(refusal([access], rate: 0, device: isp) == .invalid)
        #expect(refusal([JobAccess(set: set + 1, buffer: 0, writes: true)], device: isp) == .invalid)
        #expect(refusal([JobAccess(set: set, buffer: 1, writes: true)], device: isp) == .invalid)
        let many = [JobAccess](repeating: access, count: EmulatedMachine.jobLimit + 1)
        #expect(refusal(many, device: isp) == .invalid)
        #expect(refusal([access], device: isp) == nil)
        #expect(machine.release(pfn: pfns[0], count: 4, device: isp))
        #expect(refusal([access], device: isp) == .invalid)
        #expect(record.violationCount == 1)
    }
}
