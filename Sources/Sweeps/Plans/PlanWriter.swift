/// Writes the runs of a plan one after the other, wherever their lines go.
///
/// The first line of the file says how many follow, what their hash is, and which files they are about: it is
/// made last.
public struct PlanWriter {
    private let emit: ([UInt8]) throws -> Void
    private let hasher: ContentHasher
    private var check: [UInt8] = []
    private var pending: [UInt8] = []
    /// Bytes that are handed over at a time.
    private static let portion = 1 << 16

    /// Bytes of the lines until now.
    public private(set) var size = 0
    /// Lines until now.
    public private(set) var runs = 0

    /// - Parameter emit: takes the lines behind the first, in order, in portions.
    public init(emit: @escaping ([UInt8]) throws -> Void) throws {
        self.emit = emit
        hasher = try ContentHasher()
    }

    /// Adds a run, whose number becomes the next one.
    public mutating func add(_ run: PlannedRun) throws {
        var run = run
        runs += 1
        run.number = runs
        let line = try PlanFormat.line(run, check: &check)
        try hasher.update(line)
        size += line.count
        pending += line
        if pending.count >= Self.portion { try flush() }
    }

    private mutating func flush() throws {
        try emit(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Ends the plan.
    /// - Returns: the first line of the file, which goes before all others.
    public mutating func finish(_ header: PlanHeader) throws -> [UInt8] {
        try flush()
        var header = header
        header.runs = runs
        header.body = "\(try hasher.hash())"
        return try PlanFormat.head(header) + [PlanFormat.newline]
    }
}
