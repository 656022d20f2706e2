import Measurement
import Testing
import TextSupport

@testable import Reporting

@Suite struct WatchViewTests {
    private func view(devices: Int, isColored: Bool = false) throws -> WatchView {
        var record = ReportPageTests.record()
        record.devices = (0..<devices).map { DeviceRecord(name: "camera\($0) with a long name") }
        return try #require(WatchView(record, style: TextStyle(isColored: isColored)))
    }

    @Test(arguments: [1, 3, 40])
    func `a screen fits a terminal of any size, with the same number of lines at any instant`(devices: Int)
        throws
    {
        let view = try view(devices: devices, isColored: true)
        for (columns, rows) in [(20, 3), (20, 60), (40, 10), (80, 24), (81, 25), (300, 100), (1, 1)] {
            let screens = [UInt64(0), 900, 5000].map { view.screen(at: $0, columns: columns, rows: rows) }
            #expect(Set(screens.map(\.count)).count == 1)
            for line in screens.flatMap({ $0 }) {
                let text = line.replacing(#/\u{1b}\[[0-9]*m/#, with: "")
                #expect(text.count <= max(columns, 20), "\(columns) x \(rows): \(text)")
            }
            #expect(screens.allSatisfy { $0.count < max(rows, 3) }, "\(columns) x \(rows)")
        }
    }

    @Test func `devices for which there is no room are counted`() throws {
        let lines = try view(devices: 40).screen(at: 900, columns: 80, rows: 24)
        #expect(lines.last == "  and 34 more devices")
    }

    @Test func `the screen says how fast the clock goes`() throws {
        let lines = try view(devices: 1).screen(at: 900, pace: "at 0.01 of real time")
        #expect(lines[0] == "[  900 ns] of 5.00 µs of emulated time, at 0.01 of real time")
    }

    @Test func `a wider terminal has a finer map, and a picture its run and a scale in MiB`() throws {
        var area = ReportPageTests.area
        area.pages = 65536
        area.pageblockPages = 512
        area.start = [65536, 0]
        area.frames = []
        let map = AreaMap(of: area, devices: ["camera"], at: 0)
        func width(_ columns: Int) -> Int? {
            let rows = MapText(map, style: TextStyle(isColored: false), columns: columns).rows(limit: 128)
            return rows.first?.split(separator: " ").last?.count
        }
        #expect([30, 50, 80, 150, 400].map(width) == [16, 32, 64, 128, 256])
        let drawing = MapDrawing(map, run: "quick, strategy normal, seed 1").render()
        #expect(drawing.contains(">quick, strategy normal, seed 1</text>"))
        for mark in ["0 MiB", "32 MiB", "224 MiB"] { #expect(drawing.contains(">\(mark)</text>"), "\(mark)") }
        #expect(drawing.contains("A row is 2 MiB (1 pageblock), a cell 8 pages"))
    }
}
