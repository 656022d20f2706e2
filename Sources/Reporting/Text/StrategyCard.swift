public import TextSupport

/// The description of a strategy; its JSON form is an element of the schema `devemu.strategies/1`.
public struct StrategyCard: Codable, Sendable {
    public var name: String
    public var summary: String
    public var origin: String
    public var rule: String

    public init(name: String, summary: String, origin: String, rule: String) {
        self.name = name
        self.summary = summary
        self.origin = origin
        self.rule = rule
    }

    /// The names with their summaries, a line each.
    public static func list(_ cards: [StrategyCard], style: TextStyle) -> String {
        let width = cards.reduce(0) { max($0, $1.name.count) }
        return cards.map { style.paint(Human.padded($0.name, to: width), .bold) + "  \($0.summary)\n" }
            .joined()
    }

    /// One strategy in full, lines of at most 80 characters.
    public func text(style: TextStyle) -> String {
        let head = style.paint(name, .bold) + "  \(summary)\n"
        let body = rule.split(separator: "\n").map { Human.wrapped(String($0), to: 76) }.joined(
            separator: "\n\n")
        return head + "\nFrom: "
            + Human.wrapped(origin, to: 70).split(separator: "\n").joined(separator: "\n      ")
            + "\n\n" + body + "\n"
    }
}

/// The document of `devemu strategies --format json`.
public struct StrategyList: Codable, Sendable {
    public var schema = "devemu.strategies/1"
    public var strategies: [StrategyCard]

    public init(strategies: [StrategyCard]) { self.strategies = strategies }
}

extension Human {
    /// Text in lines of at most `width` characters, broken between words.
    public static func wrapped(_ text: String, to width: Int) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
