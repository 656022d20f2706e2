import Testing

@testable import Sweeps

@Suite struct PlanTests {
    static let header = PlanHeader(
        version: "devemu 0.1.0", summary: "a \"plan\"", scene: "summary: s\n", scenePath: "/a/s.yaml",
        keys: ["machine.pins"], plugins: [.init(name: "p.so", path: "/a/p.so", sha256: "00")])

    static func run(_ number: Int) -> PlannedRun {
        PlannedRun(
            number: number, values: ["machine.pins": "\(number * 10)"],
            strategy: number % 2 == 0 ? nil : "normal",
            seed: UInt64(number), hash: String(repeating: "\(number % 10)", count: 64))
    }

    static func plan(runs: Int) throws -> [UInt8] {
        var body: [UInt8] = []
        var writer = try PlanWriter { body += $0 }
        for number in 1...runs { try writer.add(run(number)) }
        let head = try writer.finish(header)
        #expect(writer.size == body.count)
        return head + body
    }

    /// Everything that a reader has of bytes that come in portions.
    static func read(_ bytes: [UInt8], portion: Int = 1000) throws -> (header: PlanHeader, runs: [PlannedRun])
    {
        var rest = bytes[...]
        var reader = try PlanReader {
            defer { rest = rest.dropFirst(portion) }
            return Array(rest.prefix(portion))
        }
        var runs: [PlannedRun] = []
        while let run = try reader.next() { runs.append(run) }
        return (reader.header, runs)
    }

    @Test(arguments: [1, 7, 100_000])
    func `a plan is read as it was written, however its bytes come`(portion: Int) throws {
        let read = try Self.read(Self.plan(runs: 50), portion: portion)
        #expect(read.runs == (1...50).map { Self.run($0) })
        #expect(read.header.runs == 50)
        #expect(read.header.scene == "summary: s\n")
        #expect(read.header.plugins == Self.header.plugins)
    }

    @Test func `the same runs give the same bytes`() throws {
        #expect(try Self.plan(runs: 5) == Self.plan(runs: 5))
    }

    @Test func `each line is JSON by itself`() throws {
        let lines = try Self.plan(runs: 2).split(separator: 10)
        #expect(lines.count == 3)
        #expect(PlanFormat.decode(PlannedRun.self, from: lines[1]) == Self.run(1))
        #expect(PlanFormat.decode(PlanHeader.self, from: lines[0])?.summary == "a \"plan\"")
    }

    /// A change to the lines of a plan, and the line that it is found in.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let line: Int
        let make: @Sendable (inout [String]) -> Void

        init(_ name: String, line: Int, _ make: @escaping @Sendable (inout [String]) -> Void) {
            testDescription = name
            self.line = line
            self.make = make
        }
    }

    static let changes: [Change] = [
        Change("another seed", line: 4) { $0[3] = $0[3].replacing("\"seed\":3", with: "\"seed\":4") },
        Change("another value", line: 3) { $0[2] = $0[2].replacing("\"20\"", with: "\"25\"") },
        Change("a space", line: 3) { $0[2] = $0[2].replacing(",", with: ", ") },
        Change("a line less", line: 5) { $0.remove(at: 4) },
        Change("a line twice", line: 4) { $0.insert($0[2], at: 3) },
        Change("lines in another order", line: 2) { $0.swapAt(1, 2) },
        Change("the last line less", line: 11) { $0.removeLast() },
        Change("a line more", line: 12) { $0.append($0[10]) },
        Change("no line", line: 2) { $0[1] = "" },
        Change("another scene", line: 1) { $0[0] = $0[0].replacing("summary: s", with: "summary: t") },
        Change("another number of runs", line: 1) {
            $0[0] = $0[0].replacing("\"runs\":10", with: "\"runs\":9")
        },
    ]

    @Test(arguments: changes)
    func `a plan that was changed is refused, with the line`(change: Change) throws {
        var lines = String(decoding: try Self.plan(runs: 10), as: UTF8.self).split(separator: "\n").map(
            String.init)
        let before = lines
        change.make(&lines)
        #expect(lines != before)
        let error = #expect(throws: PlanError.self) {
            try Self.read(Array((lines.joined(separator: "\n") + "\n").utf8))
        }
        #expect(error?.line == change.line)
    }

    @Test(arguments: [
        ("", "the file is empty; make a plan with 'devemu sweep plan'"),
        ("summary: s\n", "no plan as 'devemu sweep plan' writes it"),
        ("{\"schema\":\"devemu.run/1\"}\n", "this is 'devemu.run/1'; a plan is devemu.plan/1"),
        (
            "{\"schema\":\"devemu.plan/1\"}\n",
            "the line was changed after the plan was made; make a new one from the grid"
        ),
    ])
    func `what is no plan is told what it is`(text: String, message: String) {
        let error = #expect(throws: PlanError.self) { try Self.read(Array(text.utf8)) }
        #expect(error == PlanError(message, line: 1))
    }

    @Test func `a plan without groups deals its runs out one by one, and its hash stays what it was`() throws
    {
        let header = Self.header
        let text = String(decoding: try PlanFormat.json(header), as: UTF8.self)
        // As devemu 0.1.0 wrote it.
        #expect(
            text == #"{"body":"","files":[],"keys":["machine.pins"],"#
                + #""plugins":[{"name":"p.so","path":"/a/p.so","sha256":"00"}],"runs":0,"scene":"summary: s\n","#
                + #""scene_path":"/a/s.yaml","schema":"devemu.plan/1","summary":"a \"plan\"","version":"devemu 0.1.0"}"#
        )
        let read = try Self.read(Self.plan(runs: 6)).header
        #expect(read.runsOfGroup == 1)
        #expect(read.groups == 6)
    }

    @Test(arguments: [0, -1, 4, 7])
    func `runs that make no whole number of groups are refused`(group: Int) throws {
        var header = Self.header
        header.group = group
        var writer = try PlanWriter { _ in }
        for number in 1...6 { try writer.add(Self.run(number)) }
        let head = try writer.finish(header)
        let error = #expect(throws: PlanError.self) { try Self.read(head) }
        #expect(
            error?.message
                == "6 runs cannot be dealt out in groups of \(group); make a new plan from the grid")
    }

    @Test func `a plan that is cut off is refused where it ends`() throws {
        let whole = try Self.plan(runs: 3)
        let error = #expect(throws: PlanError.self) { try Self.read(whole.dropLast(5)) }
        #expect(error == PlanError("the line is cut off; make the plan anew from the grid", line: 4))
    }
}
