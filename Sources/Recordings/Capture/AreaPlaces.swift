import KernelFormats
import PhysicalMemory

/// Where the areas of a capture lie, the default one first.
struct AreaPlaces {
    struct Area {
        var name: String
        var basePFN: Int
        var pages: Int
        var orderPerBit: Int
        var used: Int?
        var bitmap: (words: CMABitmap, path: String)?

        var frames: Range<Int> { basePFN..<basePFN + pages }
        var bits: Int { pages >> orderPerBit }
    }

    /// Where memory begins.
    private let firstPFN: Int
    private(set) var areas: [Area] = []
    private(set) var notes: [String] = []

    init(_ capture: Capture, _ options: ImportOptions) throws(CaptureError) {
        firstPFN = capture.firstPFN
        if options.areas.isEmpty {
            for found in capture.areas { areas.append(try place(found, nil)) }
            areas.sort { Self.rank($0) < Self.rank($1) }
        }
        for wanted in options.areas {
            let found = capture.areas.first { $0.name == wanted.name }
            guard found != nil || wanted.place != nil else {
                let known = capture.areas.map(\.name).joined(separator: ", ")
                throw CaptureError(
                    "the area '\(wanted.name)' is not in the capture, which has "
                        + (known.isEmpty ? "none: say where it is, \(wanted.name)=64M@256M" : known))
            }
            areas.append(try place(found ?? Capture.Area(name: wanted.name), wanted.place))
        }
        guard !areas.isEmpty else {
            throw CaptureError(
                "no area: debugfs cma/NAME/base_pfn and count are missing; say where one is, --area "
                    + "reserved=64M@256M")
        }
        for (index, area) in areas.enumerated() {
            for other in areas[..<index] where other.frames.overlaps(area.frames) {
                throw CaptureError("the areas '\(other.name)' and '\(area.name)' overlap")
            }
        }
    }

    /// The kernel's own default areas, then the others from the lowest frame on.
    private static func rank(_ area: Area) -> (Int, Int) {
        (["linux,cma", "reserved"].firstIndex(of: area.name) ?? 2, area.basePFN)
    }

    private mutating func place(
        _ found: Capture.Area, _ given: ImportOptions.Place?
    ) throws(CaptureError) -> Area {
        guard found.ranges.keys.allSatisfy({ $0 == 0 }) else {
            throw CaptureError(
                "'\(found.name)' has \(found.ranges.count) ranges (cma/\(found.name)/ranges/): an import takes areas of one "
                    + "range; name the others with --area")
        }
        var found = found
        // An area's own files are links to those of its first range, which a copy may have lost.
        found.basePFN = found.basePFN ?? found.ranges[0]?.basePFN
        found.bitmap = found.bitmap ?? found.ranges[0]?.bitmap
        if let first = found.ranges[0]?.basePFN, first != found.basePFN {
            throw CaptureError(
                "'\(found.name)': base_pfn is \(found.basePFN ?? 0), and \(first) in ranges/0/: of two machines"
            )
        }
        let order = found.orderPerBit ?? 0
        if found.orderPerBit == nil { notes.append("'\(found.name)': a bit of its bitmap is a page") }
        guard let base = found.basePFN ?? given?.basePFN else {
            throw CaptureError(
                "'\(found.name)': base_pfn is missing; say where the area is, --area "
                    + "\(found.name)=64M@256M")
        }
        var pages = found.pages ?? given?.pages
        if pages == nil, let bitmap = found.bitmap {
            pages = bitmap.words.words.count << (5 + order)
            notes.append("'\(found.name)': \(pages ?? 0) pages, as many as its bitmap has bits for")
        }
        guard let pages, pages > 0 else { throw CaptureError("'\(found.name)': count is missing or 0") }
        guard AreaGeometry(basePFN: base, pages: pages, orderPerBit: order) != nil,
            base >= firstPFN + 1024, base + pages <= firstPFN + MachineMemory.pageLimit
        else {
            throw CaptureError(
                "'\(found.name)': \(pages) pages at page \(base), \(1 << order) a bit: an area lies between 4 "
                    + "MiB and 64 GiB \(firstPFN == 0 ? "" : "from page \(firstPFN) on ")and has whole bits")
        }
        let bits = pages >> order
        if let bitmap = found.bitmap, bitmap.words.words.count < CMABitmap.words(forBits: bits) {
            throw CaptureError(
                "\(bitmap.path):1: the bitmap has \(bitmap.words.words.count) of the area's "
                    + "\(CMABitmap.words(forBits: bits)) words: the file is cut short")
        }
        return Area(
            name: found.name, basePFN: base, pages: pages, orderPerBit: order, used: found.used,
            bitmap: found.bitmap)
    }
}
