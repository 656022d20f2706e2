internal import Measurement
import TextSupport

/// A map of an area as SVG: a row for each pageblock, or for several of a large area; colours that colour-blind
/// readers can tell apart, and a pattern of its own for pinned pages.
public struct MapDrawing {
    private let map: AreaMap
    private let run: String
    static let rowLimit = 128
    private static let cells = 64
    /// Marks of the scale at the right.
    private static let scaleMarks = 8
    /// Size of a cell and of the margins, px.
    private let cell = (width: 14, height: 10)
    private let left = 110
    private let right = 84
    private let top = 76

    /// - Parameter run: what the map is of, in words: scene, strategy, seed; or the file of a state.
    public init(_ map: AreaMap, run: String) {
        self.map = map
        self.run = run
    }

    /// The drawing with its legend, ending in a newline.
    public func render() -> String {
        let grid = map.grid(rows: Self.rowLimit, columns: Self.cells)
        let counts = map.counts
        let codes = counts.map(\.code)
        let kinds = map.cells(of: grid.cell).map { MapText.shown($0, codes) }
        let rows = (kinds.count + grid.cells - 1) / grid.cells
        let legendTop = top + rows * (cell.height + 2) + 24
        let height = legendTop + counts.count * 20 + 12
        let width = left + grid.cells * cell.width + right
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
                + "width=\"\(width)\" height=\"\(height)\" font-family=\"sans-serif\" font-size=\"12\">",
            "<defs><pattern id=\"pinned\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                + "patternTransform=\"rotate(45)\"><rect width=\"5\" height=\"5\" fill=\"#fff\"/>"
                + "<rect width=\"2.5\" height=\"5\" fill=\"#000\"/></pattern></defs>",
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>",
            "<text x=\"12\" y=\"22\" font-size=\"15\" font-weight=\"bold\">\(Self.escaped(title))</text>",
            "<text x=\"12\" y=\"42\">\(Self.escaped(run))</text>",
            "<text x=\"12\" y=\"61\" fill=\"#555\">\(Self.escaped(scale(of: grid)))</text>",
        ]
        for row in 0..<rows {
            let y = top + row * (cell.height + 2)
            let pfn = String(map.pfn(at: row * grid.row), radix: 16)
            lines.append(
                "<text x=\"\(left - 8)\" y=\"\(y + cell.height - 1)\" text-anchor=\"end\" "
                    + "font-family=\"monospace\" font-size=\"10\" fill=\"#555\">0x\(pfn)</text>")
            if row % max(rows / Self.scaleMarks, 1) == 0 {
                let x = left + grid.cells * cell.width
                lines.append(
                    "<path d=\"M\(x + 2),\(y)h6\" stroke=\"#555\"/><text x=\"\(x + 12)\" y=\"\(y + 4)\" font-size=\"10\" "
                        + "fill=\"#555\">\(row * grid.row >> 8) MiB</text>")
            }
            lines += stretches(
                kinds[row * grid.cells..<min((row + 1) * grid.cells, kinds.count)], codes, y: y)
        }
        for (index, count) in counts.enumerated() {
            let y = legendTop + index * 20
            lines.append(rectangle(x: left, y: y, width: cell.width, count.code))
            let share = Human.percent(count.pages, of: map.pages)
            lines.append(
                "<text x=\"\(left + cell.width + 8)\" y=\"\(y + 10)\">\(Self.escaped(count.name)): "
                    + "\(Human.count(count.pages, "page")), \(share)</text>")
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    private var title: String {
        let area = "\(map.name), \(Human.size(pages: map.pages))"
        return map.moment.isEmpty ? area : "\(area), \(map.moment)"
    }

    private func scale(of grid: AreaMap.Grid) -> String {
        let row = Human.count(grid.row / map.pageblockPages, "pageblock")
        return
            "A row is \(Human.size(pages: grid.row)) (\(row)), a cell \(Human.count(grid.cell, "page")): hatched when "
            + "one is pinned, else what most are. At the right: MiB from the start of the area."
    }

    /// Neighbours of one kind are one rectangle.
    private func stretches(_ kinds: ArraySlice<Int>, _ codes: [Int], y: Int) -> [String] {
        var lines: [String] = []
        var first = kinds.startIndex
        for index in kinds.indices where index + 1 == kinds.endIndex || kinds[index + 1] != kinds[index] {
            let x = left + (first - kinds.startIndex) * cell.width
            lines.append(
                rectangle(x: x, y: y, width: (index + 1 - first) * cell.width, codes[kinds[index]]))
            first = index + 1
        }
        return lines
    }

    private func rectangle(x: Int, y: Int, width: Int, _ code: Int) -> String {
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(cell.height)\" \(Self.paint(of: code))/>"
    }

    /// The palette of Okabe and Ito; devices after the sixth begin again, and the legend names them.
    private static let palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

    private static func paint(of code: Int) -> String {
        switch code {
        case HistoryPage.free: return "fill=\"#f3f3f3\""
        case HistoryPage.movable: return "fill=\"#d4d4d4\" stroke=\"#aaa\" stroke-width=\"0.5\""
        case HistoryPage.pinned: return "fill=\"url(#pinned)\""
        case HistoryPage.stocked: return "fill=\"#f0e442\" stroke=\"#888\" stroke-width=\"0.5\""
        default: return "fill=\"\(palette[(code - HistoryPage.stocked - 1) % palette.count])\""
        }
    }

    /// Text for XML, without what XML cannot have.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in Human.printable(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}
