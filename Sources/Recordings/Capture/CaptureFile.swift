import KernelFormats
import PhysicalMemory

/// A file of a capture, with the name that messages call it by.
public struct CaptureFile: Sendable {
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// A file that is not what it should be, or a capture that is not enough: one line.
public struct CaptureError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }

    init(_ error: KernelFormatError, in file: String) { self.init(error.description(in: file)) }
}

/// What a file of a capture is, by its name and, where that says nothing, by its content.
enum CapturePart: Hashable {
    case pageFlags(firstPFN: Int?)
    case pageCounts(firstPFN: Int?)
    /// A file of an area in debugfs or sysfs.
    case area(name: String, file: AreaFile)
    /// A file of one of an area's ranges in debugfs, as kernels with several ranges have it.
    case range(area: String, index: Int, file: AreaFile)
    /// A counter of an area in sysfs.
    case counter(area: String, AreaCounter)
    case meminfo, zoneinfo, vmstat, buddyinfo, pagetypeinfo
    case version
    case trace
    /// The kernel's log since boot.
    case log
    /// Frames that stay where they are, as devemu writes them.
    case pins
    /// An archive or a compressed file: has to be unpacked first.
    case packed

    /// Most ranges of an area (CMA_MAX_RANGES in Linux 7.3 mm/cma.h).
    static let areaRangeLimit = 8

    enum AreaFile: String {
        case basePFN = "base_pfn"
        case count
        case orderPerBit = "order_per_bit"
        case used
        case maxchunk
        case bitmap
    }

    /// Nil for a file that nothing is known of.
    init?(_ file: CaptureFile) {
        let folders = file.path.split(separator: "/").map(String.init)
        let name = folders.last ?? ""
        if let part = Self.byName(name, folders.dropLast()) ?? Self.byContent(file.bytes) {
            self = part
        } else {
            return nil
        }
    }

    private static func byName(_ name: String, _ folders: ArraySlice<String>) -> CapturePart? {
        // kpageflags@65536 is the part from that frame on.
        let first = name.split(separator: "@").dropFirst().first.flatMap { text in
            Int(text.prefix { $0.isNumber })
        }
        if name.contains("kpageflags") { return .pageFlags(firstPFN: first) }
        if name.contains("kpagecount") { return .pageCounts(firstPFN: first) }
        if let file = AreaFile(rawValue: name) {
            guard let index = rangeIndex(folders) else { return .area(name: areaName(folders), file: file) }
            return .range(area: areaName(folders), index: index, file: file)
        }
        if let counter = AreaCounter(rawValue: name) { return .counter(area: areaName(folders), counter) }
        switch name {
        case "meminfo": return .meminfo
        case "zoneinfo": return .zoneinfo
        case "vmstat": return .vmstat
        case "buddyinfo": return .buddyinfo
        case "pagetypeinfo": return .pagetypeinfo
        case "version": return .version
        case "trace": return .trace
        case "dmesg": return .log
        case "pins": return .pins
        default: return nil
        }
    }

    /// The number of the range in `cma/NAME/ranges/NUMBER/`; nil for a file of the area itself.
    private static func rangeIndex(_ folders: ArraySlice<String>) -> Int? {
        guard folders.count >= 2, folders[folders.endIndex - 2] == "ranges",
            let index = Int(folders.last ?? ""),
            (0..<areaRangeLimit).contains(index)
        else { return nil }
        return index
    }

    /// The folder below `cma`.
    private static func areaName(_ folders: ArraySlice<String>) -> String {
        guard let cma = folders.lastIndex(of: "cma"), cma + 1 < folders.endIndex else { return "reserved" }
        let name = folders[cma + 1].map { $0.isWhitespace ? "_" : $0 }
        return String(String(name).prefix(64))
    }

    private static func byContent(_ bytes: [UInt8]) -> CapturePart? {
        if bytes.starts(with: [0x1f, 0x8b]) || bytes.dropFirst(257).starts(with: "ustar".utf8) {
            return .packed
        }
        let head = String(decoding: bytes.prefix(2000), as: UTF8.self)
        if head.hasPrefix("# tracer:") { return .trace }
        if head.hasPrefix("MemTotal:") { return .meminfo }
        if head.hasPrefix("Page block order:") { return .pagetypeinfo }
        if head.hasPrefix("nr_free_pages ") { return .vmstat }
        if head.hasPrefix("Linux version ") { return .version }
        if head.contains("Linux version "), head.contains("Command line: ") { return .log }
        guard head.hasPrefix("Node ") else { return nil }
        return head.contains("pages free") ? .zoneinfo : .buddyinfo
    }

    /// What the summary calls it.
    var title: String {
        switch self {
        case .pageFlags: "flags of pages"
        case .pageCounts: "mappings of pages"
        case .area(let name, let file): "\(file.rawValue) of the area '\(name)'"
        case .range(let area, let index, let file): "\(file.rawValue) of range \(index) of the area '\(area)'"
        case .counter(let area, let counter): "\(counter.rawValue) of the area '\(area)'"
        case .meminfo: "meminfo"
        case .zoneinfo: "zoneinfo"
        case .vmstat: "vmstat"
        case .buddyinfo: "buddyinfo"
        case .pagetypeinfo: "pagetypeinfo"
        case .version: "kernel version"
        case .trace: "trace"
        case .log: "kernel log"
        case .pins: "pins"
        case .packed: "archive"
        }
    }
}
