import KernelFormats

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
    case meminfo, zoneinfo, vmstat, buddyinfo, pagetypeinfo
    case version
    case trace
    /// Frames that stay where they are, as devemu writes them.
    case pins
    /// An archive or a compressed file: has to be unpacked first.
    case packed

    enum AreaFile: String {
        case basePFN = "base_pfn"
        case count
        case orderPerBit = "order_per_bit"
        case used
        case maxchunk
        case bitmap
        case allocSuccess = "alloc_pages_success"
        case allocFail = "alloc_pages_fail"
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
            return .area(name: areaName(folders), file: file)
        }
        switch name {
        case "meminfo": return .meminfo
        case "zoneinfo": return .zoneinfo
        case "vmstat": return .vmstat
        case "buddyinfo": return .buddyinfo
        case "pagetypeinfo": return .pagetypeinfo
        case "version": return .version
        case "trace": return .trace
        case "pins": return .pins
        default: return nil
        }
    }

    /// The folder below `cma`; kernels of today have the files of an area's first range deeper.
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
        guard head.hasPrefix("Node ") else { return nil }
        return head.contains("pages free") ? .zoneinfo : .buddyinfo
    }

    /// What the summary calls it.
    var title: String {
        switch self {
        case .pageFlags: "flags of pages"
        case .pageCounts: "mappings of pages"
        case .area(let name, let file): "\(file.rawValue) of the area '\(name)'"
        case .meminfo: "meminfo"
        case .zoneinfo: "zoneinfo"
        case .vmstat: "vmstat"
        case .buddyinfo: "buddyinfo"
        case .pagetypeinfo: "pagetypeinfo"
        case .version: "kernel version"
        case .trace: "trace"
        case .pins: "pins"
        case .packed: "archive"
        }
    }
}
