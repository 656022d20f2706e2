import Emulation
import TextSupport

/// A number with its unit as scenes write it: `300`, `0.5`, `64M`, `1.5GiB`, `93%`, `1.5ms`.
public struct Quantity: Sendable, Hashable {
    enum Kind: Sendable {
        /// Without a unit.
        case count
        /// Bytes: `4K`, `64M`.
        case size
        /// Emulated time: `500us`, `2s`.
        case duration
        /// A share: `93%`.
        case percent

        /// What a value of 1 stands for in the number that stores and tables have.
        fileprivate var scale: Int {
            switch self {
            case .count, .percent: Quantity.fraction
            case .size, .duration: 1
            }
        }
    }

    /// Parts that numbers without a unit, and those of per cent, are counted in: six decimals.
    private static let fraction = 1_000_000
    private static let decimals = 6
    /// What sizes are written with; 1080p is the name of a picture's size.
    private static let suffixes = Array("KMGT".utf8)

    let kind: Kind
    /// Bytes, nanoseconds, or millionths.
    let amount: Int
    /// What the number was written in: 1M for `64M`, 0.1ms for `1.5ms`; as `amount`, 1 or more.
    let grain: Int

    init(_ kind: Kind, amount: Int, grain: Int) {
        self.kind = kind
        self.amount = amount
        self.grain = grain
    }

    /// Nil for what is no number, and for one that is too large or has more than six decimals.
    public init?(parsing text: String) {
        if text.hasSuffix("%") {
            guard let number = Self.millionths(text.dropLast()) else { return nil }
            self.init(.percent, amount: number.amount, grain: number.grain)
        } else if let number = Self.millionths(text[...]) {
            self.init(.count, amount: number.amount, grain: number.grain)
        } else if let size = MemorySize(parsing: text), let grain = Self.grain(ofSize: text) {
            self.init(.size, amount: size.bytes, grain: grain)
        } else if let duration = try? EmulatedDuration(parsing: text),
            let amount = Int(exactly: duration.nanoseconds)
        {
            self.init(.duration, amount: amount, grain: Self.grain(ofDuration: text))
        } else {
            return nil
        }
    }

    /// The number as a table has it: bytes, ns, per cent, or itself.
    public var number: Double { Double(amount) / Double(kind.scale) }

    /// The whole number as a table has it; nil when it has a fraction.
    public var whole: Int? { amount.isMultiple(of: kind.scale) ? amount / kind.scale : nil }

    /// Digits with a sign and a point where they please, in millionths.
    private static func millionths(_ text: Substring) -> (amount: Int, grain: Int)? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text
        guard let magnitude = decimal(digits, unit: UInt64(fraction)).flatMap({ Int(exactly: $0) }) else {
            return nil
        }
        let places = digits.split(separator: ".").dropFirst().first?.count ?? 0
        guard places <= decimals else { return nil }
        return (text.hasPrefix("-") ? -magnitude : magnitude, power(10, decimals - places))
    }

    /// The unit, or where a fraction is written a 1024th of it; nil for what no unit of sizes ends.
    private static func grain(ofSize text: String) -> Int? {
        let unit = text.utf8.drop { !(65...90).contains($0 & ~0x20) }
        guard let letter = unit.first, let power = suffixes.firstIndex(of: letter & ~0x20) else { return nil }
        return 1 << (10 * (text.utf8.contains(UInt8(ascii: ".")) ? power : power + 1))
    }

    /// The unit, or as small a part of it as is written.
    private static func grain(ofDuration text: String) -> Int {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let places = number.split(separator: ".").dropFirst().first?.count ?? 0
        guard let unit = try? EmulatedDuration(parsing: "1" + text.dropFirst(number.count)) else { return 1 }
        return max(1, Int(clamping: unit.nanoseconds) / power(10, min(places, 12)))
    }

    private static func power(_ base: Int, _ exponent: Int) -> Int {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// Another amount of the same kind.
    func with(amount: Int) -> Quantity { Quantity(kind, amount: amount, grain: grain) }
}

/// The shortest text that scenes read back as the same amount.
extension Quantity: CustomStringConvertible {
    public var description: String {
        switch kind {
        case .count: Self.decimalText(amount)
        case .percent: Self.decimalText(amount) + "%"
        case .size: Self.sizeText(amount)
        case .duration: EmulatedDuration(nanoseconds: UInt64(clamping: amount)).description
        }
    }

    private static func decimalText(_ amount: Int) -> String {
        let (whole, part) = amount.magnitude.quotientAndRemainder(dividingBy: UInt(fraction))
        let sign = amount < 0 ? "-" : ""
        guard part > 0 else { return "\(sign)\(whole)" }
        let digits = String(part)
        let places = String(repeating: "0", count: decimals - digits.count) + digits
        return "\(sign)\(whole)." + String(places.reversed().drop { $0 == "0" }.reversed())
    }

    private static func sizeText(_ bytes: Int) -> String {
        var (number, power) = (bytes, 0)
        while number != 0, number.isMultiple(of: 1024), power < suffixes.count {
            number /= 1024
            power += 1
        }
        return "\(number)" + ["", "K", "M", "G", "T"][power]
    }
}
