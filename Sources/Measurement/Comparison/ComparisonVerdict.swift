/// Which strategy is best for a device in a case, or why none is named.
public struct ComparisonVerdict: Codable, Sendable, Hashable {
    public typealias Basis = Contest.Basis

    public var caseName: String
    public var device: String
    public var winner: String?
    /// The strategies that cannot be told apart from the best, in the order of the rows; with a winner,
    /// that one alone.
    public var best: [String]
    public var basis: Basis
    /// Strategies that hold memory for no device, where others hold less: they are not ranked.
    public var reserved: [String]
    /// Strategies that satisfy as often as the best, with fewer buffers: they are not ranked by their time.
    public var withFewerBuffers: [String]

    /// - Parameter rows: all strategies of one device in one case; at least one. Cost is the time to satisfaction.
    init(caseName: String, device: String, rows: [ComparisonRow]) {
        self.caseName = caseName
        self.device = device
        let entries = rows.map { row in
            Contest.Entry(
                satisfied: row[.satisfied].interval, buffers: row[.buffersGot].interval,
                cost: row[.timeToSatisfaction].value, costInterval: row[.timeToSatisfaction].interval,
                reserve: row.reservedPages)
        }
        let contest = Contest(entries, runs: rows.map(\.runs).min() ?? 0)
        func names(_ indices: [Int]) -> [String] { indices.map { rows[$0].strategy } }
        basis = contest.basis
        best = names(contest.best)
        winner = contest.winner.map { rows[$0].strategy }
        reserved = names(contest.reserved)
        withFewerBuffers = names(contest.withFewerBuffers)
    }

    enum CodingKeys: String, CodingKey {
        case device, winner, best, basis, reserved
        case caseName = "case"
        case withFewerBuffers = "fewer_buffers"
    }

    /// A verdict of devemu 0.1.0 ranked all strategies alike.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        caseName = try container.decode(String.self, forKey: .caseName)
        device = try container.decode(String.self, forKey: .device)
        winner = try container.decodeIfPresent(String.self, forKey: .winner)
        best = try container.decode([String].self, forKey: .best)
        basis = try container.decode(Basis.self, forKey: .basis)
        reserved = try container.decodeIfPresent([String].self, forKey: .reserved) ?? []
        withFewerBuffers = try container.decodeIfPresent([String].self, forKey: .withFewerBuffers) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(caseName, forKey: .caseName)
        try container.encode(device, forKey: .device)
        try container.encode(winner, forKey: .winner)
        try container.encode(best, forKey: .best)
        try container.encode(basis, forKey: .basis)
        try container.encode(reserved, forKey: .reserved)
        try container.encode(withFewerBuffers, forKey: .withFewerBuffers)
    }
}
