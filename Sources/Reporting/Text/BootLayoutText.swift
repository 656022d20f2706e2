public import KernelFormats
import PhysicalMemory
public import TextSupport

/// The areas that a kernel sets up, for a terminal: one line each, and a sentence for each problem.
public struct BootLayoutText {
    private let layout: BootLayout
    private let style: TextStyle

    public init(_ layout: BootLayout, style: TextStyle) {
        self.layout = layout
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let memory = layout.memory.map {
            "\(Self.size($0.upperBound - $0.lowerBound)) at \(Self.hex($0.lowerBound))"
        }
        var lines = ["memory: " + memory.joined(separator: ", ")]
        guard !layout.areas.isEmpty else {
            return lines[0] + "\nno area: neither the device tree nor the command line asks for one\n"
        }
        let columns = ["area", "size", "at", "what it is", "asked for by"].enumerated().map {
            TextTable.Column(title: $1, isNumber: $0 == 1)
        }
        let rows = layout.areas.map { area in
            let color: TextStyle.Color? = area.refusal == nil ? nil : .red
            return [
                TextTable.Cell(Human.printable(area.name), color),
                TextTable.Cell(Self.size(area.size), color),
                TextTable.Cell(area.refusal == nil ? area.base.map(Self.hex) ?? "" : "refused", color),
                TextTable.Cell(Self.kind(area), color), TextTable.Cell(Human.printable(area.source), color),
            ]
        }
        let table = TextTable(columns, widestOf: rows)
        lines.append("")
        for line in table.head(style) + rows.map({ table.line($0, style) }) {
            lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
        }
        let remarks = layout.areas.flatMap(remarks)
        return (lines + (remarks.isEmpty ? [] : [""]) + remarks).joined(separator: "\n") + "\n"
    }

    private func remarks(_ area: BootLayout.Area) -> [String] {
        let name = Human.printable(area.name)
        var lines: [String] = []
        if !area.ranges.isEmpty {
            let ranges = area.ranges.map {
                "\(Self.size($0.upperBound - $0.lowerBound)) at \(Self.hex($0.lowerBound))"
            }
            lines.append(
                "\(name): split into \(ranges.count) ranges, searched in this order: "
                    + ranges.joined(separator: ", "))
        }
        if !area.devices.isEmpty {
            lines.append(
                "\(name): memory of " + area.devices.map { Human.printable($0) }.joined(separator: ", "))
        }
        if let refusal = area.refusal {
            lines.append(
                style.paint("\(name): -\(refusal.errno.name): \(Human.printable(refusal.reason))", .red))
        }
        if let warning = area.warning {
            lines.append(style.paint("\(name): \(Human.printable(warning))", .yellow))
        }
        return lines
    }

    private static func kind(_ area: BootLayout.Area) -> String {
        var words: [String]
        switch area.kind {
        case .cma: words = ["CMA"]
        case .coherent: words = ["coherent pool"]
        case .reserved: words = ["reserved"]
        }
        if area.isDefault { words.append("default") }
        if area.isUnmapped { words.append("no-map") }
        if area.orderPerBit > 0 { words.append("order \(area.orderPerBit)") }
        return words.joined(separator: ", ")
    }

    private static func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }

    private static func size(_ bytes: UInt64) -> String {
        let pages = PageGeometry.standard
        guard bytes.isMultiple(of: UInt64(pages.pageBytes)) else { return "\(bytes) bytes" }
        return Human.size(pages: Int(clamping: bytes / UInt64(pages.pageBytes)))
    }
}

/// The areas that a kernel sets up; the JSON form is the schema `devemu.areas/1`. Addresses and sizes are
/// in bytes.
public struct BootLayoutRecord: Encodable {
    private let layout: BootLayout

    public init(_ layout: BootLayout) { self.layout = layout }

    private enum Key: String, CodingKey {
        case schema, memory, areas, base, name, source, kind, devices, errno, reason, warning, refusal, ranges
        case size = "size_bytes"
        case orderPerBit = "order_per_bit"
        case isDefault = "default"
        case isUnmapped = "no_map"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("devemu.areas/1", forKey: .schema)
        var memory = container.nestedUnkeyedContainer(forKey: .memory)
        for range in layout.memory {
            var item = memory.nestedContainer(keyedBy: Key.self)
            try item.encode(range.lowerBound, forKey: .base)
            try item.encode(range.upperBound - range.lowerBound, forKey: .size)
        }
        var areas = container.nestedUnkeyedContainer(forKey: .areas)
        for area in layout.areas {
            var item = areas.nestedContainer(keyedBy: Key.self)
            try item.encode(area.name, forKey: .name)
            try item.encode(area.source, forKey: .source)
            try item.encode(area.kind, forKey: .kind)
            try item.encode(area.refusal == nil ? area.base : nil, forKey: .base)
            try item.encode(area.size, forKey: .size)
            try item.encode(area.orderPerBit, forKey: .orderPerBit)
            try item.encode(area.isDefault, forKey: .isDefault)
            try item.encode(area.isUnmapped, forKey: .isUnmapped)
            try item.encode(area.devices, forKey: .devices)
            if !area.ranges.isEmpty {
                var ranges = item.nestedUnkeyedContainer(forKey: .ranges)
                for range in area.ranges {
                    var inner = ranges.nestedContainer(keyedBy: Key.self)
                    try inner.encode(range.lowerBound, forKey: .base)
                    try inner.encode(range.upperBound - range.lowerBound, forKey: .size)
                }
            }
            try item.encodeIfPresent(area.warning, forKey: .warning)
            guard let refusal = area.refusal else {
                try item.encodeNil(forKey: .refusal)
                continue
            }
            var inner = item.nestedContainer(keyedBy: Key.self, forKey: .refusal)
            try inner.encode(refusal.errno.rawValue, forKey: .errno)
            try inner.encode(refusal.errno.name, forKey: .name)
            try inner.encode(refusal.reason, forKey: .reason)
        }
    }
}
