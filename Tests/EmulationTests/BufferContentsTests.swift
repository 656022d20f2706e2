import Measurement
import PhysicalMemory
import Testing

@testable import Emulation

/// Frames on a machine whose pages have bytes.
@Suite struct BufferContentsTests {
    private let machine: EmulatedMachine
    private let isp: Int

    init() throws {
        machine = try makeMachine(pages: 2048, fill: 0.5, hasContents: true)
        isp = try #require(machine.registerDevice(named: "isp"))
    }

    private func start(_ set: Int, _ kind: StreamKind = .capture, pages: Int = 16) throws {
        try machine.startStream(
            ofSet: set, kind, period: 1_000_000, bytes: UInt64(pages) * 4096,
            bytesPerSecond: UInt64(pages) * 4096 * 2000)
    }

    private var record: DeviceRecord { machine.runRecord.devices[isp] }

    private func job(_ set: Int, reads: [Int] = [], writes: [Int] = []) throws {
        try machine.runJob(
            reads.map { JobAccess(set: set, buffer: $0, writes: false) }
                + writes.map { JobAccess(set: set, buffer: $0, writes: true) },
            bytesPerSecond: 1 << 30, device: isp)
    }

    /// Words of a mapped buffer.
    private func words(_ set: Int, _ index: Int) throws -> UnsafeMutableBufferPointer<UInt64> {
        try #require(machine.mapBuffer(index, ofSet: set)).bindMemory(to: UInt64.self)
    }

    /// A buffer of chunks that lie in the opposite order of their addresses.
    private func scattered() throws -> (set: Int, segments: [(pfn: Int, pages: Int)]) {
        let set = try #require(machine.openSet(named: "scattered", wanted: 1, minimum: 1, device: isp))
        let chunks = try [4, 1, 7].map { pages in
            (pfn: try #require(machine.allocate(pages, device: isp)), pages: pages)
        }
        let segments = Array(chunks.sorted { $0.pfn > $1.pfn })
        #expect(try machine.addBuffer(toSet: set, segments: segments) == 0)
        return (set, segments)
    }

    @Test func `the CPU sees the device's frame in one piece, page by page`() throws {
        let (set, segments) = try scattered()
        try job(set, writes: [0])
        let words = try words(set, 0)
        #expect(words.count == 12 * 512)
        for page in 0..<12 { #expect(Array(words[page * 512 + 1..<page * 512 + 3]) == [0, UInt64(page)]) }
        #expect(words[0] == 1)
        let contents = try #require(machine.audit?.contents)
        var page = 0
        for segment in segments {
            for pfn in segment.pfn..<segment.pfn + segment.pages {
                #expect(contents[pfn].load(fromByteOffset: 16, as: UInt64.self) == UInt64(page))
                page += 1
            }
        }
    }

    @Test func `the device's pages have what the CPU wrote`() throws {
        let (set, segments) = try scattered()
        let words = try words(set, 0)
        for index in words.indices { words[index] = UInt64(index) }
        let contents = try #require(machine.audit?.contents)
        var next: UInt64 = 0
        for segment in segments {
            for pfn in segment.pfn..<segment.pfn + segment.pages {
                for word in contents[pfn].bindMemory(to: UInt64.self) {
                    #expect(word == next)
                    next += 1
                }
            }
        }
        try job(set, reads: [0])
        #expect(record.framesDamaged == 0)
    }

    @Test func `a buffer mapped twice is mapped once, and again after it was unmapped`() throws {
        let (set, _) = try machine.gather(buffers: 2, pages: 16, device: isp)
        let first = try words(set, 0)
        #expect(try words(set, 0).baseAddress == first.baseAddress)
        first[5] = 77
        machine.unmapBuffer(0, ofSet: set)
        machine.unmapBuffer(0, ofSet: set)
        for wild in [-1, 2, Int.max, .min] {
            machine.unmapBuffer(wild, ofSet: set)
            #expect(machine.mapBuffer(wild, ofSet: set) == nil)
        }
        #expect(try words(set, 0)[5] == 77)
        try machine.removeBuffer(0, fromSet: set)
        #expect(machine.mapBuffer(0, ofSet: set) == nil)
    }

    @Test func `pages without bytes cannot be mapped`() throws {
        let plain = try makeMachine()
        let device = try #require(plain.registerDevice(named: "isp"))
        let (set, _) = try plain.gather(buffers: 1, pages: 1, device: device)
        #expect(plain.mapBuffer(0, ofSet: set) == nil)
    }

    @Test func `frames stay whole while other pages are moved around them`() throws {
        let (set, _) = try machine.gather(buffers: 3, pages: 24, device: isp)
        let codec = try #require(machine.registerDevice(named: "codec"))
        for index in 0..<3 { try machine.queueBuffer(index, ofSet: set) }
        try start(set, pages: 24)
        for _ in 0..<20 {
            #expect(machine.allocate(40, device: codec) != nil)
            let index = try machine.dequeueBuffer(ofSet: set, timeout: .max)
            try machine.queueBuffer(index, ofSet: set)
        }
        let run = machine.runRecord
        #expect(run.devices[codec].pagesMigrated > 0)
        #expect(run.devices[isp].framesDelivered >= 20)
        #expect(run.devices[isp].framesDamaged == 0)
        #expect(run.devices[isp].violations == [])
        #expect(run.contents?.damaged == 0)
    }

    @Test func `a captured frame that somebody wrote over is found when it is dequeued`() throws {
        let (set, _) = try machine.gather(buffers: 2, pages: 16, device: isp)
        let words = try words(set, 1)
        for index in 0..<2 { try machine.queueBuffer(index, ofSet: set) }
        try start(set)
        machine.sleep(nanoseconds: 5_000_000)
        words[512 * 9 + 100] ^= 1 << 40
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: 0) == 0)
        #expect(record.framesDamaged == 0)
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: 0) == 1)
        #expect(record.framesDamaged == 1)
        #expect(
            record.violations.first?.hasPrefix(
                "capture: buffer 1: frame 2, page 9, does not hold what the device wrote") == true)
    }

    @Test func `the CPU may draw into a buffer until it queues it for scanout, not later`() throws {
        let (set, _) = try machine.gather("fb", buffers: 2, pages: 16, device: isp)
        let words = try words(set, 0)
        for index in words.indices { words[index] = UInt64(index) }
        try machine.queueBuffer(0, ofSet: set)
        try start(set, .scanout)
        machine.sleep(nanoseconds: 700_000)
        #expect(record.framesDelivered == 1)
        #expect(record.framesDamaged == 0)
        words[3] = 1
        try machine.queueBuffer(1, ofSet: set)
        #expect(try machine.dequeueBuffer(ofSet: set, timeout: .max) == 0)
        #expect(record.framesDamaged == 1)
        #expect(record.violations.first?.contains("changed while the device showed it") == true)
    }

    @Test func `a job reads what another wrote, and notices when that is gone`() throws {
        let (set, pfns) = try machine.gather("dpb", buffers: 3, pages: 8, device: isp)
        try job(set, writes: [0])
        try job(set, reads: [0], writes: [1])
        try job(set, reads: [0, 1], writes: [2])
        try job(set, reads: [2], writes: [2])
        #expect(record.framesDelivered == 4)
        let contents = try #require(machine.audit?.contents)
        contents[pfns[1] + 5][8] ^= 1
        #expect(throws: DeviceErrno.io) { try job(set, reads: [0, 1], writes: [2]) }
        #expect(record.framesDelivered == 4)
        #expect(record.framesDamaged == 1)
        #expect(record.violations.first?.hasPrefix("dpb: buffer 1: frame 2, page 5, ") == true)
    }

    @Test func `what the CPU wrote over a frame is what the next job reads`() throws {
        let (set, _) = try machine.gather("bitstream", buffers: 1, pages: 8, device: isp)
        try job(set, writes: [0])
        try words(set, 0)[100] = 1
        try job(set, reads: [0])
        machine.unmapBuffer(0, ofSet: set)
        try job(set, reads: [0])
        #expect(record.framesDamaged == 0)
    }

    @Test func `a device does not write into pages that were released, and the driver is told off`() throws {
        let (set, pfns) = try machine.gather(buffers: 2, pages: 16, device: isp)
        for index in 0..<2 { try machine.queueBuffer(index, ofSet: set) }
        try start(set)
        #expect(machine.release(pfn: pfns[1], count: 16, device: isp))
        let other = try #require(machine.registerDevice(named: "other"))
        let taken = try machine.gather("taken", buffers: 1, pages: 16, device: other)
        #expect(taken.pfns == [pfns[1]])
        try machine.runJob(
            [JobAccess(set: taken.set, buffer: 0, writes: true)], bytesPerSecond: 1 << 40, device: other)
        machine.sleep(nanoseconds: 3_000_000)
        try machine.runJob(
            [JobAccess(set: taken.set, buffer: 0, writes: false)], bytesPerSecond: 1 << 40, device: other)
        let run = machine.runRecord
        #expect(run.devices[other].framesDamaged == 0)
        #expect(run.devices[isp].framesDamaged == 1)
        #expect(run.devices[isp].violationCount == 1)
        #expect(
            run.devices[isp].violations[0].hasPrefix("capture: buffer 1: use after release: its pages were"))
        #expect(run.contents?.damaged == 0)
    }

    @Test func `the CPU's view ends with the release of its pages, which is a violation`() throws {
        let (set, pfns) = try machine.gather(buffers: 1, pages: 16, device: isp)
        _ = try words(set, 0)
        #expect(machine.release(pfn: pfns[0], count: 16, device: isp))
        #expect(machine.mapBuffer(0, ofSet: set) == nil)
        #expect(
            record.violations.first?.hasPrefix(
                "capture: buffer 0: its pages were released while it is mapped")
                == true)
    }
}
