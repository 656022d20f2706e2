import Emulation
import Measurement
import PhysicalMemory
import Testing

@Suite struct BufferSetTests {
    /// A machine with two devices.
    private func machine() throws -> (EmulatedMachine, isp: Int, codec: Int) {
        let machine = try makeMachine()
        let isp = try #require(machine.registerDevice(named: "isp"))
        let codec = try #require(machine.registerDevice(named: "codec"))
        return (machine, isp, codec)
    }

    @Test(arguments: [(0, 0), (1, 0), (4, -1), (3, 4), (-1, -1), (0, 1), (.min, .max)])
    func `a set wants at least one buffer and no fewer than its minimum`(wanted: Int, minimum: Int) throws {
        let (machine, isp, _) = try machine()
        #expect(machine.openSet(named: "preview", wanted: wanted, minimum: minimum, device: isp) == nil)
        #expect(machine.setCount == 0)
    }

    @Test func `a device may have so many sets open at a time, and each other device as many`() throws {
        let (machine, isp, codec) = try machine()
        let limit = EmulatedMachine.openSetLimit
        for number in 0..<limit {
            #expect(machine.openSet(named: "set", wanted: 2, minimum: 1, device: isp) == number)
        }
        #expect(machine.openSet(named: "one more", wanted: 2, minimum: 1, device: isp) == nil)
        #expect(machine.openSet(named: "decode", wanted: 2, minimum: 1, device: codec) == limit)
        #expect(machine.closeSet(7) == 0)
        #expect(machine.openSet(named: "one more", wanted: 2, minimum: 1, device: isp) == limit + 1)
    }

    @Test func `sets that are open at the same time fill independently`() throws {
        let (machine, isp, _) = try machine()
        let raw = try #require(machine.openSet(named: "raw", wanted: 2, minimum: 1, device: isp))
        let main = try #require(machine.openSet(named: "main", wanted: 1, minimum: 1, device: isp))
        for (index, set) in [(0, raw), (0, main), (1, raw)] {
            let pfn = try #require(machine.allocate(8, device: isp))
            #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) == index)
        }
        #expect(machine.closeSet(raw) == 2)
        #expect(machine.closeSet(main) == 1)
        let sets = machine.runRecord.devices[isp].sets
        #expect(sets.map(\.name) == ["raw", "main"])
        #expect(sets.map(\.got) == [2, 1])
    }

    @Test func `a chunk is part of one buffer at most, until it is released`() throws {
        let (machine, isp, _) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 4, minimum: 1, device: isp))
        let first = try #require(machine.allocate(8, device: isp))
        let second = try #require(machine.allocate(8, device: isp))
        #expect(machine.addBuffer(toSet: set, chunks: [second, second], chunkPages: 8) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [first], chunkPages: 8) == 0)
        #expect(machine.addBuffer(toSet: set, chunks: [second, first], chunkPages: 8) == nil)
        // Nothing of a refused buffer stays taken.
        #expect(machine.addBuffer(toSet: set, chunks: [second], chunkPages: 8) == 1)
        #expect(machine.release(pfn: first, count: 8, device: isp))
        let again = try #require(machine.allocate(8, device: isp))
        #expect(machine.addBuffer(toSet: set, chunks: [again], chunkPages: 8) == 2)
    }

    @Test func `buffers are numbered until the set has as many as it wanted`() throws {
        let (machine, isp, _) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 2, minimum: 1, device: isp))
        for index in 0..<2 {
            let pfn = try #require(machine.allocate(8, device: isp))
            #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) == index)
        }
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) == nil)
        #expect(machine.closeSet(set) == 2)
    }

    @Test func `a buffer can be made of several chunks`() throws {
        let (machine, isp, _) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 1, minimum: 1, device: isp))
        let chunks = (0..<5).compactMap { _ in machine.allocate(8, device: isp) }
        #expect(machine.addBuffer(toSet: set, chunks: chunks, chunkPages: 8) == 0)
    }

    @Test func `a buffer of nothing, of free pages or of another device's pages is refused`() throws {
        let (machine, isp, codec) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 4, minimum: 1, device: isp))
        let mine = try #require(machine.allocate(8, device: isp))
        let other = try #require(machine.allocate(8, device: codec))
        #expect(machine.addBuffer(toSet: set, chunks: [Int](), chunkPages: 8) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [mine + 100], chunkPages: 8) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [other], chunkPages: 8) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [mine, other], chunkPages: 8) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [mine], chunkPages: 9) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [mine], chunkPages: 0) == nil)
        for wild in [Int.min, -1, 0, .max] {
            #expect(machine.addBuffer(toSet: set, chunks: [wild], chunkPages: 8) == nil)
        }
        #expect(machine.closeSet(set) == 0)
    }

    @Test func `a released chunk cannot become a buffer`() throws {
        let (machine, isp, _) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 1, minimum: 1, device: isp))
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(machine.release(pfn: pfn, count: 8, device: isp))
        #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) == nil)
    }

    @Test func `a closed set takes no buffer and is not closed again`() throws {
        let (machine, isp, _) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 2, minimum: 1, device: isp))
        let pfn = try #require(machine.allocate(8, device: isp))
        #expect(machine.closeSet(set) == 0)
        #expect(machine.closeSet(set) == nil)
        #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) == nil)
    }

    // MARK: Satisfaction

    @Test(arguments: [(0, false), (1, false), (2, true), (3, true)])
    func `a device is satisfied from its minimum on`(got: Int, satisfied: Bool) throws {
        let (machine, isp, codec) = try machine()
        let set = try #require(machine.openSet(named: "preview", wanted: 3, minimum: 2, device: isp))
        for _ in 0..<got {
            let pfn = try #require(machine.allocate(8, device: isp))
            #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) != nil)
        }
        let record = machine.runRecord
        #expect(record.devices[isp].buffersWanted == 3)
        #expect(record.devices[isp].buffersMin == 2)
        #expect(record.devices[isp].buffersGot == got)
        #expect(record.devices[isp].satisfied == satisfied)
        #expect((record.devices[isp].timeToSatisfactionNanoseconds != nil) == satisfied)
        #expect(record.devices[codec].satisfied)
        #expect(record.devices[codec].timeToSatisfactionNanoseconds == nil)
        #expect(record.satisfied == satisfied)
    }

    @Test func `time to satisfaction runs from opening a set to its last buffer`() throws {
        let (machine, isp, _) = try machine()
        machine.sleep(nanoseconds: 1000)
        let set = try #require(machine.openSet(named: "preview", wanted: 2, minimum: 1, device: isp))
        let opened = machine.clock.now
        var last = opened
        for _ in 0..<2 {
            let pfn = try #require(machine.allocate(8, device: isp))
            machine.sleep(nanoseconds: 70)
            #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 8) != nil)
            last = machine.clock.now
        }
        machine.sleep(nanoseconds: 5000)
        #expect(machine.closeSet(set) == 2)
        #expect(machine.runRecord.devices[isp].timeToSatisfactionNanoseconds == last - opened)
    }

    @Test func `the figures of a device's sets add up, and one poor set leaves it unsatisfied`() throws {
        let (machine, isp, _) = try machine()
        var expected: UInt64 = 0
        for minimum in [1, 2] {
            let set = try #require(
                machine.openSet(named: "s\(minimum)", wanted: 4, minimum: minimum, device: isp))
            let opened = machine.clock.now
            for _ in 0..<minimum {
                let pfn = try #require(machine.allocate(4, device: isp))
                #expect(machine.addBuffer(toSet: set, chunks: [pfn], chunkPages: 4) != nil)
            }
            expected += machine.clock.now - opened
            #expect(machine.closeSet(set) == minimum)
        }
        let rich = machine.runRecord.devices[isp]
        #expect(rich.buffersWanted == 8)
        #expect(rich.buffersMin == 3)
        #expect(rich.buffersGot == 3)
        #expect(rich.timeToSatisfactionNanoseconds == expected)
        #expect(machine.openSet(named: "poor", wanted: 4, minimum: 1, device: isp) != nil)
        let poor = machine.runRecord.devices[isp]
        #expect(!poor.satisfied)
        #expect(poor.timeToSatisfactionNanoseconds == nil)
    }
}
