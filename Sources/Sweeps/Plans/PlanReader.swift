import TextSupport

/// Reads a plan run by run, wherever its bytes come from, and refuses one that was changed.
public struct PlanReader {
    /// Most bytes of a line; the first holds a scene.
    private static let longestLine = 16 << 20

    public let header: PlanHeader
    private var lines: PlanLines
    private let hasher: ContentHasher
    private var check: [UInt8] = []
    private var done = 0

    /// Reads the first line.
    /// - Parameter next: gives the file's bytes portion by portion, none at its end.
    public init(_ next: @escaping () throws -> [UInt8]) throws {
        lines = PlanLines(next, longest: Self.longestLine)
        guard let line = try lines.next() else {
            throw PlanError("the file is empty; make a plan with 'devemu sweep plan'", line: 1)
        }
        guard let header = try PlanFormat.header(of: line) else {
            switch PlanFormat.schema(of: line) {
            case PlanHeader.schema:
                throw PlanError(
                    "the line was changed after the plan was made; make a new one from the grid", line: 1)
            case let schema?:
                throw PlanError("this is \(quoted(schema)); a plan is \(PlanHeader.schema)", line: 1)
            case nil:
                throw PlanError("no plan as 'devemu sweep plan' writes it", line: 1)
            }
        }
        guard header.runsOfGroup > 0, header.runs >= 0, header.runs.isMultiple(of: header.runsOfGroup) else {
            throw PlanError(
                "\(header.runs) runs cannot be dealt out in groups of \(header.runsOfGroup); make a new plan from the "
                    + "grid", line: 1)
        }
        self.header = header
        hasher = try ContentHasher()
    }

    /// The next run; nil behind the last, when the plan was found to be whole.
    /// - Throws: `PlanError` for the first line that is not what it was.
    public mutating func next() throws -> PlannedRun? {
        let number = done + 2
        guard let line = try lines.next() else {
            guard done == header.runs else {
                throw PlanError(
                    "the file ends after \(done) of \(header.runs) runs; make the plan anew from the grid",
                    line: number)
            }
            guard try hasher.hash().description == header.body else {
                throw PlanError(
                    "the runs are not those of the first line; make the plan anew from the grid", line: 1)
            }
            return nil
        }
        try hasher.update(line + [PlanFormat.newline])
        guard done < header.runs, let run = try PlanFormat.run(of: line, check: &check),
            run.number == done + 1
        else {
            throw PlanError(
                "the line was changed after the plan was made; make a new plan from the grid", line: number)
        }
        done += 1
        return run
    }
}

/// The lines of bytes that come in portions.
private struct PlanLines {
    private let portion: () throws -> [UInt8]
    private let longest: Int
    private var pending: [UInt8] = []
    private var start = 0
    private var number = 0

    init(_ portion: @escaping () throws -> [UInt8], longest: Int) {
        self.portion = portion
        self.longest = longest
    }

    /// A line without its newline; nil at the end of the file.
    mutating func next() throws -> [UInt8]? {
        number += 1
        var searched = start
        while true {
            if let end = pending[searched...].firstIndex(of: PlanFormat.newline) {
                defer { start = end + 1 }
                return Array(pending[start..<end])
            }
            pending.removeFirst(start)
            start = 0
            searched = pending.count
            guard searched <= longest else {
                throw PlanError("the line has more than \(longest) bytes; a plan has none such", line: number)
            }
            let more = try portion()
            guard !more.isEmpty else {
                guard !pending.isEmpty else { return nil }
                throw PlanError("the line is cut off; make the plan anew from the grid", line: number)
            }
            pending += more
        }
    }
}
