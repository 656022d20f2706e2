import PhysicalMemory
import Recordings
import Testing

/// A damaged recording and the refusal it deserves.
struct Damage: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var line: Int
    /// What the message must say.
    var message: String

    init(_ description: String, _ text: String, line: Int, _ message: String) {
        testDescription = description
        self.text = text
        self.line = line
        self.message = message
    }

    /// One line of the sample changed.
    init(_ description: String, line: Int, _ old: String, _ new: String, _ message: String) {
        self.init(description, Sample.with(line: line, replacing: old, by: new), line: line, message)
    }

    static let header: [Damage] = [
        .init("an empty file", "", line: 1, "first line must be '# cma oracle 1'"),
        .init("another version", line: 1, "oracle 1", "oracle 2", "first line must be"),
        .init("a first line that goes on", line: 1, "oracle 1", "oracle 1 ", "first line must be"),
        .init("no kernel line", Sample.without(lines: 2...2), line: 2, "'kernel' is missing"),
        .init("no scenario line", Sample.without(lines: 3...3), line: 3, "'scenario' is missing"),
        .init("no area line", Sample.without(lines: 4...4), line: 4, "'area' is missing"),
        .init("nothing but the first line", "# cma oracle 1\n", line: 1, "'kernel' is missing"),
        .init("a scenario word without =", line: 3, "seed=1", "seed", "word is 'seed': expected key=value"),
        .init("a scenario word without a key", line: 3, "seed=1", "=1", "word is '=1': expected key=value"),
        .init("an area of no pages", line: 4, "pages=64", "pages=0", "pages is '0': expected a number"),
        .init("an area without end", line: 4, "pages=64", "pages=6400000000000", "pages is '6400000000000'"),
        .init(
            "area words in another order", line: 4, "base_pfn=65536 pages=64", "pages=64 base_pfn=65536",
            "base_pfn"),
        .init(
            "half a bit", line: 4, "order_per_bit=0", "order_per_bit=7", "not a multiple of 2^order_per_bit"),
        .init(
            "a crooked pageblock", line: 4, "pageblock_pages=512", "pageblock_pages=500", "not a power of two"
        ),
        .init(
            "an area line that goes on", line: 4, "=512", "=512 x=1",
            "word is 'x=1': expected the end of the line"),
    ]

    static let records: [Damage] = [
        .init("an unknown record", line: 14, "release", "relase", "unknown record 'relase'"),
        .init("too few pages", line: 6, ".32", ".31", "add up to 63, the area has 64 pages"),
        .init("too many pages", line: 9, ".32", ".33", "add up to 65, the area has 64 pages"),
        .init("no pages at all", line: 22, " .10P1C8.13C16C12.4", "", "add up to 0"),
        .init("an unknown page letter", line: 6, "a24", "Z24", "page letter is 'Z'"),
        .init("a page letter without a count", line: 6, "a24", "a", "page count is ''"),
        .init("a page letter for no pages", line: 6, ".8", ".0a1.7", "page count is '0'"),
        .init("a second word of pages", line: 6, "a24", "a2 4", "expected the end of the line"),
        .init(
            "a pin behind the area", line: 7, "offset=10", "offset=64",
            "offset 64 lies outside the area of 64 pages"),
        .init("a pin before the area", line: 7, "offset=10", "offset=-1", "offset is '-1'"),
        .init(
            "a pin that is neither taken nor not", line: 7, "ok=1", "ok=2",
            "ok is '2': expected a number from 0 to 1"),
        .init("an allocation across the end", line: 10, "offset=16", "offset=56", "56 lies outside the area"),
        .init(
            "an offset far behind the area", line: 10, "offset=16", "offset=1099511627776",
            "lies outside the area"),
        .init(
            "an allocation at held pages", line: 11, "offset=32", "offset=16",
            "allocates at 16, which is already held"),
        .init(
            "a number with a letter", line: 10, "count=16", "count=1x6", "count is '1x6': expected a number"),
        .init(
            "a number that overflows", line: 10, "ns=100", "ns=99999999999999999999",
            "ns is '99999999999999999999'"),
        .init(
            "a number too large", line: 10, "ns=100", "ns=999999999999999999", "ns is '999999999999999999'"),
        .init("an empty number", line: 10, "align=4", "align=", "align is ''"),
        .init("a lone minus", line: 10, "ret=0", "ret=-", "ret is '-'"),
        .init("a positive errno", line: 12, "ret=-12", "ret=12", "ret is '12'"),
        .init(
            "success without a page", line: 12, "ret=-12", "ret=0",
            "offset -1 and ret 0 contradict each other"),
        .init(
            "failure with a page", line: 10, "ret=0", "ret=-16", "offset 16 and ret -16 contradict each other"
        ),
        .init("a missing word", line: 10, "align=4 ", "", "word is '->': expected align=…"),
        .init("a missing end", line: 8, " ok=0", "", "'ok=' is missing"),
        .init("a missing arrow", line: 10, "-> ", "", "expected '->'"),
        .init("a word of another name", line: 10, "drain_ns", "train_ns", "word is 'train_ns=14'"),
        .init(
            "trailing words of a call", line: 10, "busy=0", "busy=0 more",
            "word is 'more': expected the end of the line"),
        .init(
            "trailing words of a release", line: 14, "ns=50", "ns=50 ns=51", "expected the end of the line"),
        .init("trailing words of a pin", line: 7, "ok=1", "ok=1 1", "expected the end of the line"),
        .init("trailing words of free", line: 23, "cma=28", "cma=28 x", "expected the end of the line"),
        .init("a busy window behind the area", line: 10, "busy=0", "busy=64", "busy is '64'"),
        .init("a negative busy window", line: 10, "busy=0", "busy=-1", "busy is '-1'"),
        .init("a gap in the busy windows", line: 18, "5,6", "5,,6", "busy is ''"),
        .init(
            "a release of what was never allocated", line: 14, "offset=0", "offset=1",
            "releases 4 pages at 1, which no call"),
        .init("a release of another size", line: 15, "count=16", "count=15", "releases 15 pages at 16"),
        .init(
            "a second release", line: 19, "offset=0 count=4", "offset=16 count=16", "releases 16 pages at 16"),
        .init(
            "a release behind the area", line: 16, "offset=60", "offset=64", "offset 64 lies outside the area"
        ),
        .init("free without a number", line: 23, "cma=28", "cma=", "cma is ''"),
        .init(
            "more busy windows than a recorder writes", line: 10, "busy=0",
            "busy=0" + String(repeating: ",0", count: Recording.busyLimit), "more than 4096 busy windows"),
    ]

    static let truncated: [Damage] = [
        .init("no last newline", String(Sample.text.dropLast()), line: 23, "ends early"),
        .init("the middle of a line is the end", String(Sample.text.prefix(900)), line: 14, "ends early"),
        .init("the last line is missing", Sample.without(lines: 23...23), line: 22, "ends early"),
        .init("the end is missing from a line on", Sample.without(lines: 16...23), line: 15, "ends early"),
        .init("the header alone", Sample.without(lines: 5...23), line: 4, "ends early"),
        .init("a state is missing", Sample.without(lines: 6...6), line: 22, "ends early"),
    ]
}

@Suite struct RecordingDamageTests {
    @Test(arguments: Damage.header + Damage.records + Damage.truncated)
    func `damage is refused with the line where it is and a reason in one line`(damage: Damage) {
        let error = #expect(throws: RecordingError.self) { try Recording(parsing: Array(damage.text.utf8)) }
        guard let error else { return }
        #expect(error.line == damage.line)
        #expect(error.description.contains(damage.message), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test func `the undamaged sample is not refused`() throws {
        #expect(try Sample.recording().calls == 8)
    }

    @Test func `a message quotes no more than 40 characters of the file`() {
        let text = Sample.with(line: 14, replacing: "release", by: String(repeating: "x", count: 5000))
        let error = #expect(throws: RecordingError.self) { try Recording(parsing: Array(text.utf8)) }
        #expect(error?.code == .unknownRecord(String(repeating: "x", count: 40) + "…"))
    }

    @Test func `no beginning of a recording passes for a whole one`() {
        let bytes = Array(Sample.text.utf8)
        for length in 0..<bytes.count {
            #expect(throws: RecordingError.self) { try Recording(parsing: Array(bytes.prefix(length))) }
        }
    }

    @Test func `binary garbage is refused, with and without a right first line`() {
        var generator = SeededGenerator(seed: 9)
        for length in [1, 7, 100, 4096] {
            let garbage = (0..<length).map { _ in UInt8(generator.below(256)) }
            #expect(throws: RecordingError(.notARecording, line: 1)) { try Recording(parsing: garbage) }
            let first = Array("# cma oracle 1\n".utf8)
            #expect(throws: RecordingError.self) { try Recording(parsing: first + garbage) }
            let header = Array(Sample.text.split(separator: "\n").prefix(5).joined(separator: "\n").utf8)
            #expect(throws: RecordingError.self) { try Recording(parsing: header + [10] + garbage + [10]) }
        }
    }

    @Test(arguments: 0..<8)
    func `a flipped, lost or inserted byte is refused or read, and what is read can be replayed`(
        round: Int
    ) throws {
        let intact = Array(Sample.text.utf8)
        var generator = SeededGenerator(seed: UInt64(round) &+ 77)
        var refused = 0
        for _ in 0..<250 {
            var bytes = intact
            let position = generator.below(bytes.count)
            switch generator.below(4) {
            case 0: bytes[position] ^= 1 << UInt8(generator.below(8))
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(UInt8(generator.below(256)), at: position)
            default: bytes[position] = UInt8(48 + generator.below(10))
            }
            do {
                let recording = try Recording(parsing: bytes)
                if AllocationMode(named: recording.mode) != nil {
                    #expect(try Replay(of: recording).calls == recording.calls)
                }
            } catch {
                refused += 1
                if !(1...Sample.lineCount + 1).contains(error.line) {
                    Issue.record("\(error.line): \(error)")
                }
            }
        }
        #expect(refused > 50)
        #expect(refused < 250)
    }
}
