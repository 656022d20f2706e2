/// A stretch of emulated time as scenes and rules write it: a number and a unit, `2s`, `1.5ms`, `250us`.
public struct EmulatedDuration: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no duration; one line, with what would be right.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Largest first.
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("min", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Reads digits, with a point and more digits where it pleases, and one of ns, us, ms, s, min.
    /// - Parameter defaultUnit: of a number that has none; nil where it has to have one.
    /// - Throws: `Refusal` for anything else, for what is not a whole number of nanoseconds, and for more
    ///   than 64 bits of them.
    public init(parsing text: String, defaultUnit: String? = nil) throws(Refusal) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let written = text.dropFirst(number.count)
        let name = written.isEmpty ? defaultUnit.map { $0[...] } ?? written : written
        guard !number.isEmpty else {
            throw Refusal(description: "\(quoted(text)) is no duration; write 2s, or 1.5ms")
        }
        guard let unit = Self.units.first(where: { $0.name == name }) else {
            throw Refusal(
                description: name.isEmpty
                    ? "\(quoted(text)) has no unit; write \(number.prefix(20))s (or ns, us, ms, min)"
                    : "\(quoted(text)): the units are ns, us, ms, s and min; write 2s")
        }
        guard let nanoseconds = decimal(number, unit: unit.nanoseconds) else {
            throw Refusal(
                description: "\(quoted(text)) is no whole number of nanoseconds up to 584 years; write 2s")
        }
        self.nanoseconds = nanoseconds
    }

    /// The duration in the largest unit that leaves a whole number; reads back the same.
    public var description: String {
        if nanoseconds == 0 { return "0s" }
        for unit in Self.units where nanoseconds.isMultiple(of: unit.nanoseconds) {
            return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
        }
        return "\(nanoseconds)ns"
    }
}
