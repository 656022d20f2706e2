import Recordings
import Testing
import TextSupport

@testable import Reporting

@Suite struct MapTextTests {
    @Test func `a row begins with the page frame of its first page, in whichever range that lies`() {
        let free = Recording.Run(letter: UInt8(ascii: "."), count: 192)
        let area = MachineState.Area(
            name: "split", ranges: [0x12000..<0x12040, 0x400..<0x480], orderPerBit: 0, pageblockPages: 64,
            runs: [free], pins: [])
        let lines = MapText(AreaMap(of: area), style: TextStyle(isColored: false)).render().split(
            separator: "\n")
        #expect(lines.first?.contains("pfn 0x12000 to 0x12040, pfn 0x400 to 0x480") == true)
        let labels = lines.compactMap { line in
            line.split(separator: " ").first.flatMap { $0.hasPrefix("0x") ? String($0) : nil }
        }
        #expect(labels == ["0x12000", "0x400", "0x440"])
    }
}
