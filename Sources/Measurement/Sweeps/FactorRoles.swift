/// Whether somebody who builds a system decides on a factor, or has to take it as it comes.
public enum FactorRole: String, Codable, Sendable {
    case choice, condition
}

/// What the keys of scenes are about: the one place that says which of them a person can choose.
///
/// Chosen are the strategy, the areas that are reserved, and which area, strategy and plugin a device has. Everything
/// else describes the machine and what it is used for: memory, fill, pins, costs, what goes on meanwhile, events, and
/// the parameters of plugins, of which the smallest demand would always be the best.
public struct FactorRoles: Sendable {
    /// Keys without numbers in brackets; `*` is a device, and what ends in a dot stands for everything in it.
    private static let choices = ["strategy", "machine.areas.", "*.strategy", "*.area", "*.plugin"]
    /// Sections of scenes, which are no devices.
    private static let sections = ["machine", "background", "events", "instrument", "duration", "seed"]

    private let chosen: Set<String>
    private let given: Set<String>

    /// - Parameters:
    ///   - chosen: keys that are choices, whatever the table says.
    ///   - given: keys that are conditions.
    public init(chosen: [String] = [], given: [String] = []) {
        self.chosen = Set(chosen)
        self.given = Set(given)
    }

    /// Every key that is named, in alphabetical order.
    var named: [String] { chosen.union(given).sorted() }

    func role(of key: String) -> FactorRole {
        if given.contains(key) { return .condition }
        if chosen.contains(key) { return .choice }
        let words = Self.words(key)
        let isChoice = Self.choices.contains { choice in
            let pattern = choice.split(separator: ".").map(String.init)
            guard choice.hasSuffix(".") ? words.count > pattern.count : words.count == pattern.count else {
                return false
            }
            return zip(pattern, words).allSatisfy { $0 == $1 || $0 == "*" && !Self.sections.contains($1) }
        }
        return isChoice ? .choice : .condition
    }

    /// Whether a key is memory that is taken from everybody else: the size of an area.
    static func isReservedMemory(_ key: String) -> Bool { words(key) == ["machine", "areas", "size"] }

    /// `machine.areas[0].size` as machine, areas, size.
    private static func words(_ key: String) -> [String] {
        key.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
    }
}
