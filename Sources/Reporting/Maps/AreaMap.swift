public import Measurement
import PhysicalMemory
public import Recordings
import TextSupport

/// The pages of one area at one moment, and which device holds them: what a map shows.
public struct AreaMap: Sendable {
    public let name: String
    /// Page frame numbers of the area's ranges, in the order of its pages.
    let ranges: [Range<Int>]
    public let pages: Int
    public let pageblockPages: Int
    /// The moment in words; empty for a state, which has one only.
    public let moment: String
    /// Names of the devices that a code stands for, see ``HistoryPage``.
    public let devices: [String]
    /// Stretches from the first page to the last.
    let stretches: [(pages: Range<Int>, code: Int)]

    /// What a history shows at an instant: the last frame until then.
    ///
    /// - Parameter nanoseconds: nil for the moment at which devices held the most.
    public init(of history: AreaHistory, devices: [String], at nanoseconds: UInt64?) {
        var codes = Self.codes(of: history.start)
        var best = codes
        var instant: UInt64 = 0
        var most = Self.held(in: codes)
        for frame in history.frames {
            if let nanoseconds, frame.nanoseconds > nanoseconds { break }
            for index in stride(from: 0, to: frame.changes.count - 2, by: 3) {
                let range = frame.changes[index]..<frame.changes[index] + frame.changes[index + 1]
                let code = UInt16(clamping: frame.changes[index + 2])
                for page in range.clamped(to: codes.indices) { codes[page] = code }
            }
            let held = Self.held(in: codes)
            guard nanoseconds != nil || held > most else { continue }
            (best, most, instant) = (codes, held, frame.nanoseconds)
        }
        name = history.name
        let places = history.ranges ?? [history.basePFN, best.count]
        ranges = stride(from: 0, to: places.count - 1, by: 2).map {
            places[$0]..<places[$0] + max(places[$0 + 1], 0)
        }
        pages = best.count
        pageblockPages = history.pageblockPages
        self.devices = devices
        let time = "after \(Human.duration(instant))"
        moment = nanoseconds == nil ? "\(time), when devices held the most" : time
        stretches = Self.stretches(best)
    }

    /// One area of a recorded or imported machine.
    public init(of area: MachineState.Area) {
        var codes = [UInt16](repeating: UInt16(HistoryPage.free), count: area.pages)
        var page = 0
        for run in area.runs {
            let code = Self.code(of: run.letter)
            for offset in page..<min(page + run.count, area.pages) { codes[offset] = UInt16(code) }
            page += run.count
        }
        for pin in area.pins where codes.indices.contains(pin) { codes[pin] = UInt16(HistoryPage.pinned) }
        name = area.name
        ranges = area.ranges
        pages = area.pages
        pageblockPages = area.pageblockPages
        moment = ""
        devices = []
        stretches = Self.stretches(codes)
    }

    /// By the letters of ``Recording/Run``; what is on its way to disk or locked can be moved in a moment.
    private static func code(of letter: UInt8) -> Int {
        switch letter {
        case UInt8(ascii: "."), UInt8(ascii: "l"): HistoryPage.free
        case UInt8(ascii: "C"): HistoryPage.stocked
        case UInt8(ascii: "P"), UInt8(ascii: "p"): HistoryPage.pinned
        default: HistoryPage.movable
        }
    }

    private static func codes(of start: [Int]) -> [UInt16] {
        var codes: [UInt16] = []
        for index in stride(from: 0, to: start.count - 1, by: 2) {
            codes += [UInt16](repeating: UInt16(clamping: start[index + 1]), count: max(start[index], 0))
        }
        return codes
    }

    private static func held(in codes: [UInt16]) -> Int { codes.count { $0 >= UInt16(HistoryPage.stocked) } }

    private static func stretches(_ codes: [UInt16]) -> [(pages: Range<Int>, code: Int)] {
        var stretches: [(pages: Range<Int>, code: Int)] = []
        var first = 0
        for page in codes.indices where page + 1 == codes.count || codes[page + 1] != codes[page] {
            stretches.append((first..<page + 1, Int(codes[page])))
            first = page + 1
        }
        return stretches
    }

    // MARK: What it shows

    /// Page frame number of a page of the area.
    func pfn(at page: Int) -> Int {
        AreaGeometry.pfn(at: page, in: ranges) ?? (ranges.first?.lowerBound ?? 0) + page
    }

    /// Every kind of page in the area, ascending by code, with its name and the number of pages.
    var counts: [(code: Int, name: String, pages: Int)] {
        var counts: [Int: Int] = [:]
        for stretch in stretches { counts[stretch.code, default: 0] += stretch.pages.count }
        return counts.keys.sorted().map { ($0, name(of: $0), counts[$0] ?? 0) }
    }

    func name(of code: Int) -> String {
        switch code {
        case HistoryPage.free: return "free"
        case HistoryPage.movable: return "in use, movable"
        case HistoryPage.pinned: return "pinned"
        case HistoryPage.stocked: return "held by no device"
        default:
            let device = code - HistoryPage.stocked - 1
            return devices.indices.contains(device) ? devices[device] : "device \(device)"
        }
    }

    /// The area cut into equal cells, each as how many of its pages are what, in the order of `counts`.
    func cells(of cellPages: Int) -> [[Int]] {
        let kinds = counts.map(\.code)
        var cells = [[Int]](
            repeating: [Int](repeating: 0, count: kinds.count), count: (pages + cellPages - 1) / cellPages)
        for stretch in stretches {
            let kind = kinds.firstIndex(of: stretch.code) ?? 0
            var page = stretch.pages.lowerBound
            while page < stretch.pages.upperBound {
                let end = min((page / cellPages + 1) * cellPages, stretch.pages.upperBound)
                cells[page / cellPages][kind] += end - page
                page = end
            }
        }
        return cells
    }

    /// How an area is cut into rows of cells; all in pages but `cells`.
    struct Grid {
        let row: Int
        let cell: Int
        /// Cells in a row.
        let cells: Int
    }

    /// A grid in which a row has whole pageblocks.
    ///
    /// - Parameters:
    ///   - rows: the most rows, 1 or more.
    ///   - columns: the most cells in a row; their number is a power of two from 8 to 256.
    func grid(rows: Int, columns: Int = 64) -> Grid {
        var cells = 8
        while cells < 256, cells * 2 <= columns { cells *= 2 }
        var row = max(pageblockPages, cells)
        while (pages + row - 1) / row > max(rows, 1) { row *= 2 }
        return Grid(row: row, cell: max(row / cells, 1), cells: cells)
    }
}
