/// What the numbers are that a store has for a key of scenes.
public enum LevelUnit: String, Codable, Sendable {
    case bytes
    case nanoseconds = "ns"
    case percent = "%"
    /// A number of something, or of the unit that a plugin's parameter has.
    case none

    /// - Parameter key: as a grid has it: `machine.areas[0].size`, `machine.pins`, `camera.params.buffers`.
    init(ofKey key: String) {
        let words = key.split(separator: ".")
        switch (words.first, words.last) {
        case ("machine", "memory"), ("machine", "size"), ("machine", "base"), ("background", "turnover"):
            self = .bytes
        case ("machine", "fill"): self = .percent
        case ("background", "warm_up"), ("duration", _): self = .nanoseconds
        case (let first?, "t"), (let first?, "every"):
            self = first.hasPrefix("events") ? .nanoseconds : .none
        default: self = .none
        }
    }

    /// As scenes have the number: `64M`, `1.5G`, `15s`, `93%`, `300`.
    func text(_ number: Double) -> String {
        guard let whole = Int(exactly: number) else {
            let suffix = self == .percent ? "%" : ""
            return "\(number)\(suffix)"
        }
        return switch self {
        case .bytes: Self.text(whole, [(1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K")])
        case .nanoseconds:
            Self.text(whole, [(1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us"), (1, "ns")])
        case .percent: "\(whole)%"
        case .none: "\(whole)"
        }
    }

    /// In the largest unit that makes a whole number of it.
    private static func text(_ number: Int, _ units: [(size: Int, name: String)]) -> String {
        guard number != 0, let unit = units.first(where: { number.isMultiple(of: $0.size) }) else {
            return "\(number)"
        }
        return "\(number / unit.size)\(unit.name)"
    }
}
