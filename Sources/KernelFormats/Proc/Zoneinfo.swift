import TextSupport

/// /proc/zoneinfo, as far as it says where memory is and how much of it is free.
///
/// Follows zoneinfo_show_print() in Linux 6.1 mm/vmstat.c.
public struct Zoneinfo: Sendable, Equatable {
    /// A zone; all in pages.
    public struct Zone: Sendable, Equatable {
        public var node: Int
        public var name: String
        public var free = 0
        public var spanned = 0
        public var managed = 0
        /// In contiguous areas.
        public var contiguous = 0
        public var freeContiguous = 0
        /// Frame number of the first page; nil where the kernel does not say it, as of an empty zone.
        public var startPFN: Int?
        /// Pages on each CPU's lists.
        public var perCPUPages: [Int] = []

        /// A zone without pages.
        public init(node: Int, name: String) {
            self.node = node
            self.name = name
        }

        /// Frames between the first page and the last.
        public var frames: Range<Int>? { startPFN.map { $0..<$0 + spanned } }
    }

    public var zones: [Zone]

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        zones = []
        for line in KernelText(bytes) where !line.isBlank {
            let words = line.words
            if words[0] == "Node" {
                guard words.count == 4, words[2] == "zone", words[1].hasSuffix(",") else {
                    throw line.error("expected 'Node 0, zone   Normal'")
                }
                zones.append(
                    Zone(node: try line.number(words[1].dropLast(), "the node"), name: String(words[3])))
                continue
            }
            guard !zones.isEmpty else {
                throw line.error("'\(printable(words[0]))': expected 'Node 0, zone   Normal' first")
            }
            try zones[zones.count - 1].read(words, line)
        }
        guard !zones.isEmpty else { throw KernelFormatError(.line(1), "the file is empty") }
    }

    /// First page frame number of memory; nil when no zone with pages says where it is.
    public var start: Int? { zones.filter { $0.spanned > 0 }.compactMap(\.startPFN).min() }
    /// Frame behind the last page of memory; nil when no zone says where it is.
    public var end: Int? { zones.compactMap { $0.frames?.upperBound }.max() }
    public var freePages: Int { zones.reduce(0) { $0 + $1.free } }
    public var freeContiguous: Int { zones.reduce(0) { $0 + $1.freeContiguous } }
    /// Pages of contiguous areas.
    public var contiguousPages: Int { zones.reduce(0) { $0 + $1.contiguous } }
    public var managedPages: Int { zones.reduce(0) { $0 + $1.managed } }
    /// CPUs that have lists of pages.
    public var cpus: Int { zones.map(\.perCPUPages.count).max() ?? 0 }
}

extension Zoneinfo.Zone {
    fileprivate mutating func read(
        _ words: [Substring], _ line: KernelText.Line
    ) throws(KernelFormatError) {
        let limit = 1 << 40
        func value(_ index: Int) throws(KernelFormatError) -> Int {
            let number = try line.number(words.count > index ? words[index] : nil, String(words[index - 1]))
            guard number <= limit else { throw line.error("\(number) pages are more than any machine has") }
            return number
        }
        switch words[0] {
        case "pages" where words.count > 1 && words[1] == "free": free = try value(2)
        case "spanned": spanned = try value(1)
        case "managed": managed = try value(1)
        case "cma": contiguous = try value(1)
        case "nr_free_cma": freeContiguous = try value(1)
        case "start_pfn:": startPFN = try value(1)
        case "count:": perCPUPages.append(try value(1))
        default: break
        }
    }
}

extension Zoneinfo {
    public init(zones: [Zone]) { self.zones = zones }

    /// The lines of the file that are read back.
    public var text: String {
        zones.map { zone in
            var text = "Node \(zone.node), zone \(padded(zone.name, to: 8))\n"
            text += "  pages free     \(zone.free)\n        spanned  \(zone.spanned)\n"
            text += "        managed  \(zone.managed)\n        cma      \(zone.contiguous)\n"
            text +=
                "      nr_free_pages \(zone.free)\n      nr_free_cma  \(zone.freeContiguous)\n  pagesets\n"
            for (cpu, count) in zone.perCPUPages.enumerated() {
                text += "    cpu: \(cpu)\n              count: \(count)\n"
            }
            if let start = zone.startPFN { text += "  start_pfn:           \(start)\n" }
            return text
        }.joined()
    }
}
