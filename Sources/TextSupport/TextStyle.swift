/// Colour for terminals: either escape sequences or nothing.
public struct TextStyle: Sendable {
    public enum Color: String, Sendable {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
        case bold = "1"
        case dim = "2"
    }

    public var isColored: Bool

    public init(isColored: Bool) { self.isColored = isColored }

    public func paint(_ text: String, _ color: Color) -> String {
        isColored ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
    }
}

/// Numbers in a form for people.
public enum Human {
    /// A duration in ns with three significant digits: `820 ns`, `12.4 µs`, `1.03 ms`, `11.4 s`.
    public static func duration(_ nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case ..<1000: "\(nanoseconds) ns"
        case ..<1_000_000: threeDigits(Double(nanoseconds) / 1e3) + " µs"
        case ..<1_000_000_000: threeDigits(Double(nanoseconds) / 1e6) + " ms"
        default: threeDigits(Double(nanoseconds) / 1e9) + " s"
        }
    }

    /// Pages as MiB or KiB, exact where that is short: `256 MiB`, `12.4 MiB`, `64 KiB`.
    public static func size(pages: Int) -> String {
        let kib = pages * 4
        if kib < 1024 { return "\(kib) KiB" }
        if kib % (1 << 20) == 0 { return "\(kib >> 20) GiB" }
        if kib % 1024 == 0 { return "\(kib >> 10) MiB" }
        return threeDigits(Double(kib) / 1024) + " MiB"
    }

    /// Pages as a number of KiB, exact, thousands apart: `13 316`.
    public static func kibibytes(pages: Int) -> String { grouped(pages * 4) }

    /// Bytes in the largest unit that leaves a digit before the point: `812 B`, `2.31 MiB`, `10.4 GiB`.
    public static func size(bytes: Int) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1000 { return (unit == "B" ? "\(bytes)" : threeDigits(value)) + " \(unit)" }
            value /= 1024
        }
        return threeDigits(value) + " TiB"
    }

    /// A share of a whole in per cent with one decimal.
    public static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0 %" }
        return decimal(Double(part) * 100 / Double(whole), places: 1) + " %"
    }

    /// `1 call`, `2 calls`.
    public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// Text from outside, made safe for a terminal except for characters to keep, see
    /// `TextSupport.printable(_:keeping:mark:)`.
    public static func printable(_ text: String, keeping kept: String = "") -> String {
        TextSupport.printable(text, keeping: kept)
    }

    /// Text with spaces after it up to a width in characters.
    public static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    /// Thousands apart: `161 600`.
    public static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += " " }
            text.append(digit)
        }
        return text
    }

    /// A number with three significant digits; below 1 with two decimals.
    package static func threeDigits(_ value: Double) -> String {
        // A value that is rounded up to 10 or 100 has one digit more before the point, and so one less after it.
        decimal(value, places: value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)
    }

    /// Rounded to `places` decimals, without a locale; a dash for what is not a number.
    public static func decimal(_ value: Double, places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let rounded = (value.magnitude * Double(scale)).rounded()
        guard !rounded.isNaN else { return "–" }
        let scaled = Int(min(rounded, 0x1p62))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % scale)
        return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
