import KernelFormats
import PhysicalMemory

/// The parts of a capture, read.
public struct Capture: Sendable {
    /// What was found of one area.
    struct Area: Sendable {
        var name: String
        var basePFN: Int?
        var pages: Int?
        var orderPerBit: Int?
        var used: Int?
        var bitmap: (words: CMABitmap, path: String)?
        /// By index, where the kernel lists an area's ranges.
        var ranges: [Int: Range] = [:]
    }

    /// One stretch of an area.
    struct Range: Sendable {
        var basePFN: Int?
        var bitmap: (words: CMABitmap, path: String)?
    }

    /// Words of page frames, from a first one on if that is known.
    struct Frames: Sendable {
        var path: String
        var firstPFN: Int?
        var words: [UInt64]
    }

    /// A file and what became of it.
    public struct Reading: Sendable, Equatable {
        public var file: String
        public var part: String
    }

    var areas: [Area] = []
    var flags: [Frames] = []
    var counts: [Frames] = []
    var meminfo: Meminfo?
    var zoneinfo: Zoneinfo?
    var vmstat: Vmstat?
    var pagetypeinfo: Pagetypeinfo?
    var evidence: [BusyEvidence] = []
    var pins: [Int]?
    var kernelVersion: String?
    public private(set) var readings: [Reading] = []
    /// Files that are not used, and why.
    public private(set) var skipped: [Reading] = []

    /// Reads every file that is known; of folders `before` and `after` a run, what is before it.
    /// - Parameter isLenient: a damaged file is set aside instead of thrown.
    /// - Throws: `CaptureError` for a damaged file, and for two files that are the same part.
    public init(_ files: [CaptureFile], isLenient: Bool = false) throws(CaptureError) {
        let known = files.map { ($0, CapturePart($0)) }
        let hasBefore = known.contains { $0.1 != nil && Self.isIn("before", $0.0) }
        var seen: [CapturePart: String] = [:]
        for (file, part) in known {
            guard let part else {
                skipped.append(Reading(file: file.path, part: "nothing that is known"))
                continue
            }
            if hasBefore, Self.isIn("after", file) {
                skipped.append(Reading(file: file.path, part: "the state after the run"))
                continue
            }
            if part != .trace, let first = seen[part] {
                throw CaptureError(
                    "\(file.path): a second \(part.title) beside \(first): name the folder of one capture")
            }
            seen[part] = file.path
            do throws(KernelFormatError) {
                try read(file, as: part)
                readings.append(Reading(file: file.path, part: part.title))
            } catch {
                guard isLenient else { throw CaptureError(error, in: file.path) }
                skipped.append(Reading(file: file.path, part: error.description(in: "damaged")))
            }
        }
    }

    /// Where memory begins, by its lowest zone, as a multiple of the largest block of the buddy allocator; 0 where no
    /// zone says it.
    var firstPFN: Int { (zoneinfo?.start ?? 0) & ~(PageGeometry.standard.largestPages - 1) }

    private static func isIn(_ folder: String, _ file: CaptureFile) -> Bool {
        file.path.split(separator: "/").dropLast().contains { $0 == folder }
    }

    private mutating func read(_ file: CaptureFile, as part: CapturePart) throws(KernelFormatError) {
        switch part {
        case .pageFlags(let first):
            flags.append(
                Frames(path: file.path, firstPFN: first, words: try PageWords(parsing: file.bytes).words))
        case .pageCounts(let first):
            counts.append(
                Frames(path: file.path, firstPFN: first, words: try PageWords(parsing: file.bytes).words))
        case .area(let name, let kind): try read(file, kind, ofArea: name)
        case .range(let area, let index, let kind): try read(file, kind, ofRange: index, area: area)
        case .counter(_, let counter):
            _ = try NumberFile.number(in: file.bytes, of: counter.rawValue, upTo: 1 << 56)
        case .meminfo: meminfo = try Meminfo(parsing: file.bytes)
        case .zoneinfo: zoneinfo = try Zoneinfo(parsing: file.bytes)
        case .vmstat: vmstat = try Vmstat(parsing: file.bytes)
        case .buddyinfo: _ = try Buddyinfo(parsing: file.bytes)
        case .pagetypeinfo: pagetypeinfo = try Pagetypeinfo(parsing: file.bytes)
        case .trace: evidence.append(try BusyEvidence(parsing: file.bytes))
        case .pins: pins = try FrameNumbers.parse(file.bytes)
        case .version:
            let words = String(decoding: file.bytes.prefix(200), as: UTF8.self).split { $0.isWhitespace }
            guard words.count > 2, words[0] == "Linux", words[1] == "version" else {
                throw KernelFormatError(.line(1), "expected 'Linux version 6.1.0 …'")
            }
            kernelVersion = String(words[2].prefix(64))
        case .log:
            // Anything may stand in a log: only what devemu looks for is read, and nothing of it is needed.
            let release = try KernelLog(parsing: file.bytes, isLenient: true).release
            kernelVersion = kernelVersion ?? release
        case .packed:
            throw KernelFormatError(.offset(0), "an archive or a compressed file: unpack it first")
        }
    }

    private mutating func read(
        _ file: CaptureFile, _ kind: CapturePart.AreaFile, ofArea name: String
    ) throws(KernelFormatError) {
        var area = areas.first { $0.name == name } ?? Area(name: name)
        func number(upTo limit: Int) throws(KernelFormatError) -> Int {
            try NumberFile.number(in: file.bytes, of: kind.rawValue, upTo: limit)
        }
        switch kind {
        case .basePFN: area.basePFN = try number(upTo: 1 << 40)
        case .count: area.pages = try number(upTo: 1 << 28)
        case .orderPerBit: area.orderPerBit = try number(upTo: 20)
        case .used: area.used = try number(upTo: 1 << 28)
        case .bitmap: area.bitmap = (try CMABitmap(parsing: file.bytes), file.path)
        case .maxchunk: _ = try number(upTo: 1 << 28)
        }
        if let index = areas.firstIndex(where: { $0.name == name }) {
            areas[index] = area
        } else if [.basePFN, .count, .orderPerBit, .used, .bitmap].contains(kind) {
            areas.append(area)
        }
    }

    private mutating func read(
        _ file: CaptureFile, _ kind: CapturePart.AreaFile, ofRange index: Int, area name: String
    ) throws(KernelFormatError) {
        let place = areas.firstIndex { $0.name == name } ?? areas.endIndex
        if place == areas.endIndex { areas.append(Area(name: name)) }
        var range = areas[place].ranges[index] ?? Range()
        switch kind {
        case .basePFN:
            range.basePFN = try NumberFile.number(in: file.bytes, of: kind.rawValue, upTo: 1 << 40)
        case .bitmap: range.bitmap = (try CMABitmap(parsing: file.bytes), file.path)
        case .count, .orderPerBit, .used, .maxchunk: break
        }
        areas[place].ranges[index] = range
    }
}
