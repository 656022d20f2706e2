import Foundation
import TestSupport
import Testing

/// `devemu explain`: what a log says, and what would have worked.
@Suite struct ExplainTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let log = """
        [    0.000000] cma: Reserved 64 MiB at 0x0000000010000000
        [  417.366729][  T612] cma: cma_alloc: reserved: alloc failed, req-size: 972 pages, ret: -12
        [  417.366730][  T612] cma: number of available pages: 400@512+900@1200+700@9000=> 2000 free of 16384 total pages
        [  417.366776][  T612] video0: dma alloc of size 3981312 failed

        """

    private func explain(_ text: String, _ arguments: String...) throws -> Devemu.Outcome {
        let path = try scratch.write(text, to: "dmesg.txt")
        return try Devemu.run(["explain", path, "--seeds", "3"] + arguments)
    }

    @Test func `a failure is explained by what the log has and by what was run`() throws {
        let outcome = try explain(Self.log)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        for part in [
            "972 pages (3.80 MiB) from area reserved: ret -12 (ENOMEM)", "in line   2",
            "thread 612; the next line says 'video0: dma alloc of size 3981312 failed'",
            "the longest run of them", "fails in 3 of 3 emulated areas",
            "in 3 of 3 runs: 4 chunks of 256 pages",
            "in no run: the same request by hard", "assumed",
        ] {
            #expect(outcome.text.contains(part), "\(part)")
        }
    }

    @Test func `the JSON form has the same, and the same bytes each time`() throws {
        let outcome = try explain(Self.log, "--format", "json")
        let json = try outcome.json()
        #expect(json["schema"] as? String == "devemu.explain/1")
        let found = try #require((json["cases"] as? [[String: Any]])?.first)
        #expect(found["cause"] as? String == "fragmented")
        #expect(found["pages"] as? Int == 972)
        #expect(found["longest_run_pages"] as? Int == 900)
        let trials = try #require(found["trials"] as? [[String: Any]])
        #expect(trials.first?["kind"] as? String == "as-it-was")
        #expect(trials.allSatisfy { $0["runs"] as? Int == 3 })
        #expect(try explain(Self.log, "--format", "json").standardOutput == outcome.standardOutput)
    }

    @Test func `a log comes through standard input`() throws {
        let path = try scratch.write(Self.log, to: "piped.txt")
        #expect(try Devemu.run("explain", "-", "--seeds", "1", input: path).status == 0)
    }

    @Test func `a log without a failure is 65 and says what was looked for`() throws {
        let outcome = try explain("[ 0.1] booting\n[ 0.2] done\n")
        #expect(outcome.status == 65)
        #expect(outcome.standardError.contains("alloc failed, req-size: … pages"))
        #expect(outcome.standardError.contains("in 2 lines"))
        #expect(outcome.complaints.count == 1)
    }

    @Test func `windows that were refused without a failure are told`() throws {
        let outcome = try explain("[ 1.0] alloc_contig_range: [30000, 30010) PFNs busy\n")
        #expect(outcome.status == 0)
        #expect(outcome.text == "1 window refused without a failure: the kernel found another one.\n")
    }

    @Test func `a damaged line is 65 with its place, and passed over when asked to`() throws {
        let damaged = Self.log.replacingOccurrences(of: "=> 2000 free", with: "=> 20x0 free")
        let outcome = try explain(damaged)
        #expect(outcome.status == 65)
        #expect(outcome.standardError.hasPrefix("devemu: \(scratch.path("dmesg.txt")):3: "))
        let lenient = try explain(damaged, "--lenient")
        #expect(lenient.status == 0)
        #expect(lenient.text.contains("1 line skipped"))
    }

    @Test func `bad options are 64, a file that is not there is 66`() throws {
        #expect(try explain(Self.log, "--area", "big").status == 64)
        #expect(try Devemu.run("explain", scratch.path("x"), "--seeds", "0").status == 64)
        #expect(try Devemu.run("explain", scratch.path("absent.txt")).status == 66)
    }
}
