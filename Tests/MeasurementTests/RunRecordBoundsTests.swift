import Measurement
import Testing

@Suite struct RunRecordBoundsTests {
    private func record(_ change: (inout RunRecord) -> Void) -> RunRecord {
        var area = AreaRecord(
            name: "a", basePFN: 1 << 18, pages: 4096, orderPerBit: 0, start: PageCounts(),
            strip: [PageCounts()], left: RemainderRecord(orders: 3))
        area.peak.by = [PeakRecord.Share(device: nil, pages: 1)]
        var record = RunRecord(
            seed: 1, mode: "as-asked", costs: "a", memoryPages: 1 << 20, areas: [area], plugins: [],
            devices: [DeviceRecord(name: "d")], log: [], elapsedNanoseconds: .max)
        change(&record)
        return record
    }

    @Test func `a record of a machine is within bounds`() {
        #expect(record { _ in }.boundsViolation == nil)
    }

    static let fields: [@Sendable (inout RunRecord, Int) -> Void] = [
        { $0.memoryPages = $1 }, { $0.areas[0].pages = $1 }, { $0.areas[0].basePFN = $1 },
        { $0.areas[0].orderPerBit = $1 }, { $0.areas[0].start.free = $1 }, { $0.areas[0].strip[0].held = $1 },
        { $0.areas[0].left.usableChunks[2] = $1 }, { $0.areas[0].peak.heldPages = $1 },
        { $0.areas[0].peak.by[0].pages = $1 }, { $0.devices[0].framesDamaged = $1 },
        { $0.devices[0].framesDropped = $1 }, { $0.devices[0].underruns = $1 }, { $0.devices[0].calls = $1 },
        { $0.devices[0].chunkPages = $1 }, { $0.protocolViolationCount = $1 },
    ]

    @Test(arguments: fields.indices, [Int.max, Int.min, -1, 1 << 41])
    func `a number that cannot be is told with its field`(field: Int, number: Int) {
        let violation = record { Self.fields[field](&$0, number) }.boundsViolation
        #expect(violation?.hasSuffix(" is \(number)") == true)
    }

    @Test func `durations that add up to more than the clock are told`() {
        let record = record { record in
            var area = AreaHistory(name: "a", basePFN: 0, pages: 1, pageblockPages: 1, start: [1, 0])
            area.requests.beginStepNanoseconds = [.max, 1]
            record.history = RunHistory(areas: [area])
        }
        #expect(record.boundsViolation?.contains("begin_step_ns") == true)
    }
}
