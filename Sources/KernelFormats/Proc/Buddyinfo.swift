/// /proc/buddyinfo: free blocks of every zone by order.
public struct Buddyinfo: Sendable, Equatable {
    /// A line: the blocks of a zone from order 0 on.
    public struct Zone: Sendable, Equatable {
        public var node: Int
        public var name: String
        public var blocks: [Int]

        public init(node: Int, name: String, blocks: [Int]) {
            self.node = node
            self.name = name
            self.blocks = blocks
        }

        /// Pages in these blocks.
        public var pages: Int { blocks.enumerated().reduce(0) { $0 + $1.element << $1.offset } }
    }

    public var zones: [Zone]

    public init(zones: [Zone]) { self.zones = zones }

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        zones = []
        for line in KernelText(bytes) where !line.isBlank {
            let words = line.words
            guard words.count > 4, words[0] == "Node", words[1].hasSuffix(","), words[2] == "zone" else {
                throw line.error("expected 'Node 0, zone   Normal' and a count for each order")
            }
            var blocks: [Int] = []
            for word in words[4...] { blocks.append(try line.number(word, "order \(blocks.count)")) }
            guard blocks.count <= 20, blocks.allSatisfy({ $0 < 1 << 40 }) else {
                throw line.error("\(blocks.count) orders, or more blocks than any machine has")
            }
            if let first = zones.first, first.blocks.count != blocks.count {
                throw line.error("\(blocks.count) orders, the first line has \(first.blocks.count)")
            }
            zones.append(
                Zone(
                    node: try line.number(words[1].dropLast(), "the node"), name: String(words[3]),
                    blocks: blocks))
        }
        guard !zones.isEmpty else { throw KernelFormatError(.line(1), "the file is empty") }
    }

    /// The file. Follows frag_show() in Linux 6.1 mm/vmstat.c.
    public var text: String {
        zones.map { zone in
            "Node \(zone.node), zone \(padded(zone.name, to: 8)) "
                + zone.blocks.map { "\(padded("\($0)", to: 6)) " }.joined() + "\n"
        }.joined()
    }
}

/// The text with blanks before it up to a width, as %8s.
func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
}
