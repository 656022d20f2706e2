public import Scenes

/// What to run, and everything that is to vary about it: a grid file, checked as far as it goes by itself.
///
/// Whether its keys and values are right for the scene is told by making the scenes.
public struct Grid: Sendable {
    /// What is run.
    public enum Subject: Sendable, Hashable {
        /// A scene's file, as the grid writes it.
        case scene(GridValue)
        /// Plugins that run at the same time on the default machine; one or more.
        case plugins([GridValue])
    }

    /// The seeds of every combination of values, one after the other.
    public struct Seeds: Sendable, Hashable {
        /// Nil for the scene's own.
        public let first: UInt64?
        /// 1 or more.
        public let count: Int

        /// Below this seeds end: they are numbers of databases too.
        public static let end = UInt64(Int64.max)
    }

    /// Combinations that are drawn in place of all.
    struct Sample: Sendable, Hashable {
        enum Method: String, CaseIterable, Sendable {
            /// Each by itself.
            case random
            /// Every part of every key's values once: with 10 combinations each tenth of them.
            case latinHypercube = "latin-hypercube"
        }

        let method: Method
        /// 1 or more.
        let count: Int
        let seed: UInt64
    }

    /// Most runs that a plan can have.
    public static let largest = 1_000_000_000_000
    /// Most values of one key.
    static let mostValues = 10_000_000

    /// One line.
    public let summary: String
    public let subject: Subject
    /// As written, in the grid's order, none twice: names, modes with changes, plugins, `all` and
    /// `as-asked`. Empty when the grid has none, which is as-asked.
    public let strategies: [GridValue]
    public let seeds: Seeds
    /// In the grid's order.
    public let keys: [VariedKey]
    let sample: Sample?

    /// A strategy that is none: every driver gathers as it does.
    public static let asAsked = "as-asked"
    /// Every strategy that devemu has itself.
    public static let allStrategies = "all"

    /// Reads a grid file of at most 1 MiB.
    /// - Throws: the first thing that is wrong, with its place.
    public init(parsing bytes: [UInt8]) throws(SceneError) {
        try self.init(GridReader(SceneSyntax.parse(bytes, as: "grid")))
    }

    private init(_ reader: GridReader) throws(SceneError) {
        summary = try reader.summary()
        subject = try reader.subject()
        strategies = try reader.strategies()
        seeds = try reader.seeds()
        sample = try reader.sample()
        keys = try reader.keys(isSampled: sample != nil)
        guard points.count <= Self.largest / seeds.count else { throw reader.tooManyRuns() }
    }

    /// Every combination of values that is to be run, in order.
    public var points: GridPoints { GridPoints(keys: keys, sample: sample) }
}
