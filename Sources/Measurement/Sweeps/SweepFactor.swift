/// Something that varies between the runs of a sweep, and what it is in them.
public struct SweepFactor: Codable, Sendable, Hashable {
    /// A level: a value, or several next to each other that are taken as one.
    public struct Level: Codable, Sendable, Hashable {
        /// As scenes have it; `16M..31M` for several.
        public var name: String
        /// Null for what is no number; the middle of several.
        public var value: Double?
    }

    /// The key, or `strategy`.
    public var name: String
    public var unit: LevelUnit
    /// Whether a person can choose it, or it describes the machine.
    public var role: FactorRole
    /// Two or more: numbers by their size, then everything else in the plan's order.
    public var levels: [Level]
    /// Whether a level stands for several values, of which there are too many.
    public var isGrouped: Bool

    public static let strategy = "strategy"
    /// What a run without a strategy has for one.
    public static let asAsked = "as-asked"

    enum CodingKeys: String, CodingKey {
        case name, unit, role, levels
        case isGrouped = "grouped"
    }
}

/// The values of a factor: which there are, and which level each belongs to.
struct FactorValues {
    let name: String
    /// In the order of levels.
    private(set) var values: [TableValue] = []
    private let unit: LevelUnit
    private let numbers: [Double?]

    /// - Parameter column: a value for each run.
    init(name: String, column: [TableValue]) {
        self.name = name
        unit = LevelUnit(ofKey: name)
        var seen: Set<TableValue> = []
        let distinct = column.filter { seen.insert($0).inserted }
        let ordered = distinct.enumerated().sorted { left, right in
            switch (left.element.number, right.element.number) {
            case (let left?, let right?): left < right
            case (nil, nil): left.offset < right.offset
            case (let left, _): left != nil
            }
        }
        values = ordered.map(\.element)
        numbers = values.map(\.number)
    }

    var indices: [TableValue: Int] {
        Dictionary(values.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Values that all fit into levels of their own make as many levels.
    private static let mostLevels = 64
    private static let mostSampledLevels = 12

    /// The factor, and the level of each value.
    ///
    /// - Parameters:
    ///   - points: machines and devices that were run, whatever the strategy and the seed.
    ///   - isFull: whether these are all combinations of the values.
    ///   - role: what the factor is about.
    func factor(
        points: Int, isFull: Bool, role: FactorRole
    ) -> (factor: SweepFactor, levels: [Int]) {
        let most = isFull || 2 * values.count <= points ? Self.mostLevels : Self.mostSampledLevels
        guard values.count > most, numbers.allSatisfy({ $0 != nil }) else {
            let levels = values.map { SweepFactor.Level(name: text($0), value: $0.number) }
            return (
                SweepFactor(name: name, unit: unit, role: role, levels: levels, isGrouped: false),
                Array(values.indices)
            )
        }
        // So many that a pair of such factors still has some ten machines for each of its cells.
        let groups = points >= 640 ? 8 : 4
        let level = values.indices.map { $0 * groups / values.count }
        let levels = (0..<groups).map { group -> SweepFactor.Level in
            let members = values.indices.filter { level[$0] == group }.map { values[$0] }
            let (first, last) = (members.first ?? .null, members.last ?? .null)
            return SweepFactor.Level(
                name: first == last ? text(first) : "\(text(first))..\(text(last))",
                value: ((first.number ?? 0) + (last.number ?? 0)) / 2)
        }
        return (SweepFactor(name: name, unit: unit, role: role, levels: levels, isGrouped: true), level)
    }

    /// The value with that index as scenes have it.
    func name(of index: Int) -> String { text(values[index]) }

    private func text(_ value: TableValue) -> String {
        switch value {
        case .null: name == SweepFactor.strategy ? SweepFactor.asAsked : "-"
        case .integer, .real: value.number.map { unit.text($0) } ?? ""
        case .text(let text): text
        case .bytes: "bytes"
        }
    }
}

extension TableValue {
    /// Nil for what is no number.
    var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        case .null, .text, .bytes: nil
        }
    }
}
