import TextSupport

/// /proc/pagetypeinfo: free blocks by migratetype and order, and the types of pageblocks.
///
/// Follows pagetypeinfo_show() in Linux 6.1 mm/vmstat.c.
public struct Pagetypeinfo: Sendable, Equatable {
    /// Free blocks of a type in a zone, from order 0 on.
    public struct Row: Sendable, Equatable {
        public var node: Int
        public var zone: String
        public var type: String
        public var blocks: [Int]

        public init(node: Int, zone: String, type: String, blocks: [Int]) {
            self.node = node
            self.zone = zone
            self.type = type
            self.blocks = blocks
        }
    }

    /// Pageblocks of a zone by type, in the order of `types`.
    public struct Pageblocks: Sendable, Equatable {
        public var node: Int
        public var zone: String
        public var counts: [Int]

        public init(node: Int, zone: String, counts: [Int]) {
            self.node = node
            self.zone = zone
            self.counts = counts
        }
    }

    /// log2 of the pages of a pageblock.
    public var blockOrder: Int
    public var rows: [Row]
    /// Names of migratetypes, in the kernel's order.
    public var types: [String]
    public var pageblocks: [Pageblocks]

    public init(blockOrder: Int, rows: [Row], types: [String], pageblocks: [Pageblocks]) {
        self.blockOrder = blockOrder
        self.rows = rows
        self.types = types
        self.pageblocks = pageblocks
    }

    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        self.init(blockOrder: -1, rows: [], types: [], pageblocks: [])
        for line in KernelText(bytes) where !line.isBlank {
            let words = line.words
            if words.starts(with: ["Page", "block", "order:"]) {
                blockOrder = try line.number(words.count > 3 ? words[3] : nil, "the page block order")
                guard blockOrder <= 20 else {
                    throw line.error("page block order \(blockOrder) is too large")
                }
            } else if words.starts(with: ["Number", "of", "blocks", "type"]) {
                let names = words.dropFirst(4).map(String.init)
                // A machine of several nodes has this line for each of them.
                guard types.isEmpty || types == names else {
                    throw line.error("other types of pageblocks than in the line before: expected the same")
                }
                types = names
            } else if words[0] == "Node" {
                try readZone(words, line)
            } else if words[0] != "Pages", words[0] != "Free" {
                throw line.error("'\(printable(words[0]))': expected a line of pagetypeinfo")
            }
        }
        guard blockOrder >= 0 else {
            throw KernelFormatError(.line(1), "'Page block order:' is missing: no pagetypeinfo")
        }
    }

    private mutating func readZone(
        _ words: [Substring], _ line: KernelText.Line
    ) throws(KernelFormatError) {
        guard words.count > 4, words[1].hasSuffix(","), words[2] == "zone" else {
            throw line.error(
                "expected 'Node    0, zone   Normal, type      Movable' or a count of pageblocks")
        }
        let node = try line.number(words[1].dropLast(), "the node")
        guard words[4] == "type" else {
            var counts: [Int] = []
            for word in words[4...] { counts.append(try line.number(word, "a count of pageblocks")) }
            guard counts.count == types.count else {
                throw line.error("\(counts.count) counts for \(types.count) types of pageblocks")
            }
            pageblocks.append(Pageblocks(node: node, zone: String(words[3]), counts: counts))
            return
        }
        guard words.count > 6 else { throw line.error("the counts are missing: the line is cut short") }
        var blocks: [Int] = []
        for word in words[6...] {
            // The kernel stops counting at 100000 and says so.
            let digits = word.hasPrefix(">") ? word.dropFirst() : word
            blocks.append(try line.number(digits, "order \(blocks.count)"))
        }
        rows.append(
            Row(
                node: node, zone: String(words[3].hasSuffix(",") ? words[3].dropLast() : words[3]),
                type: String(words[5]), blocks: blocks))
    }

    /// The file.
    public var text: String {
        let orders = rows.first?.blocks.count ?? 0
        var text = "Page block order: \(blockOrder)\nPages per block:  \(1 << blockOrder)\n\n"
        text += "\(rightPadded("Free pages count per migrate type at order", to: 43)) "
        text += (0..<orders).map { "\(padded("\($0)", to: 6)) " }.joined() + "\n"
        for row in rows {
            text +=
                "Node \(padded("\(row.node)", to: 4)), zone \(padded(row.zone, to: 8)), "
                + "type \(padded(row.type, to: 12)) "
            text += row.blocks.map { "\(padded($0 < 100_000 ? "\($0)" : ">100000", to: 6)) " }.joined() + "\n"
        }
        text += "\n\(rightPadded("Number of blocks type", to: 23))"
        text += types.map { "\(padded($0, to: 12)) " }.joined() + "\n"
        for zone in pageblocks {
            text += "Node \(zone.node), zone \(padded(zone.zone, to: 8)) "
            text += zone.counts.map { "\(padded("\($0)", to: 12)) " }.joined() + "\n"
        }
        return text
    }
}

private func rightPadded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.utf8.count, 0))
}
