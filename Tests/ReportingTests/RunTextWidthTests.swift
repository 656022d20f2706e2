import Measurement
import Reporting
import Testing
import TextSupport

@Suite struct RunTextWidthTests {
    private static let long = "a-device-with-a-name-of-its-own-that-has-no-end-and-goes-on"

    /// A run with everything that has long lines: calls, broken rules, a log, many areas.
    private var record: RunRecord {
        var record = ReportPageTests.record(device: Self.long)
        record.devices.append(DeviceRecord(name: "codec"))
        var calls = CallList()
        calls.add(
            CallRecord(
                request: 1, device: Self.long, beginNanoseconds: 123_456_789, durationNanoseconds: 5000,
                pages: 1600, align: 4, offset: 3200, windows: 12, errno: nil))
        record.calls = calls
        record.protocolViolations = [
            ProtocolViolation(
                rule: "double-release", instance: Self.long, function: "cma_release", call: 12,
                nanoseconds: 0, text: "page 0x20010 was released before, in call 11 of the same instance")
        ]
        record.protocolViolationCount = 1
        record.log = [
            LogLine(nanoseconds: 5, level: 3, text: String(repeating: "a long message ", count: 20))
        ]
        var cell = PageCounts()
        cell.free = 1
        record.areas[0].strip = [PageCounts](repeating: cell, count: 64)
        record.areas[0].peak = PeakRecord(
            nanoseconds: 900, heldPages: 4, by: [.init(device: Self.long, pages: 4)])
        record.areas.append(record.areas[0])
        record.areas[1].name = "second"
        record.history = nil
        return record
    }

    private func lines(_ columns: Int) -> [String] {
        RunText(record, style: TextStyle(isColored: false), columns: columns).render()
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test(arguments: [40, 60, 80, 120])
    func `no line is wider than the terminal`(columns: Int) {
        for line in lines(columns) { #expect(line.count <= columns, "\(line)") }
    }

    @Test func `the picture of an area has fewer characters on a narrow terminal`() {
        let strips = [80, 50].map { columns in
            lines(columns).first { $0.hasPrefix("  area      ░") }?.dropFirst(12).count
        }
        #expect(strips == [64, 32])
        #expect(lines(50).contains { $0.contains("a character is 8 KiB of the area") })
    }

    @Test func `each area tells of its worst moment`() {
        let worst = lines(120).filter { $0.hasPrefix("  worst     ") }
        #expect(worst.count == 2)
        #expect(worst[0].hasPrefix("  worst     4 pages of reserved held at 900 ns: "))
        #expect(worst[1].hasPrefix("  worst     4 pages of second held at 900 ns: "))
    }
}
