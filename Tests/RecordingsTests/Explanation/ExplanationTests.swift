import KernelFormats
import Recordings
import Testing

/// Failures from logs, explained and tried.
@Suite struct ExplanationTests {
    private func explain(_ text: String, seeds: Int = 4, areaPages: Int? = nil) throws -> [Explanation.Case] {
        let log = try KernelLog(parsing: Array(text.utf8))
        return Explanation(of: log, file: "log", seeds: seeds, areaPages: areaPages).cases
    }

    private func one(_ text: String, areaPages: Int? = nil) throws -> Explanation.Case {
        let cases = try explain(text, areaPages: areaPages)
        #expect(cases.count == 1)
        return try #require(cases.first)
    }

    @Test func `an interrupted explanation has the failures that were explained, and counts the others`()
        throws
    {
        let text = [8192, 4096, 2048].map { Self.failed($0, -12) + Self.available("16@0", 16, of: 1024) }
            .joined()
        let log = try KernelLog(parsing: Array(text.utf8))
        var asked = 0
        let whole = Explanation(of: log, file: "log", seeds: 4) {
            asked += 1
            return false
        }
        #expect(whole.cases.count == 3)
        #expect(whole.interruptedCases == nil)
        for limit in [0, asked / 2, asked - 1] {
            var left = limit
            let part = Explanation(of: log, file: "log", seeds: 4) {
                left -= 1
                return left < 0
            }
            #expect(part.cases.count < 3)
            #expect(part.interruptedCases == 3 - part.cases.count)
            #expect(part.cases.map(\.lines) == whole.cases.prefix(part.cases.count).map(\.lines))
            #expect(part.cases.map(\.trials) == whole.cases.prefix(part.cases.count).map(\.trials))
        }
    }

    private static func failed(_ pages: Int, _ errno: Int, function: String = "cma_alloc") -> String {
        "cma: \(function): reserved: alloc failed, req-size: \(pages) pages, ret: \(errno)\n"
    }

    private static func available(_ runs: String, _ free: Int, of total: Int) -> String {
        "cma: number of available pages: \(runs)=> \(free) free of \(total) total pages\n"
    }

    private func trial(_ kind: Trial.Kind, of one: Explanation.Case) throws -> Trial {
        try #require(one.trials.first { $0.kind == kind })
    }

    @Test func `more than the area has can only come from a larger area`() throws {
        let found = try one(Self.failed(8192, -12) + Self.available("4096@0", 4096, of: 4096))
        #expect(found.cause == .largerThanArea)
        #expect(try trial(.asItWas, of: found).worked == 0)
        #expect(found.trials.last?.kind == .area)
        #expect(found.trials.last?.worked == 4)
    }

    @Test func `too few free pages, runs too short and runs misaligned are told apart by the bitmap`() throws
    {
        let few = try one(Self.failed(64, -12) + Self.available("16@0+16@100", 32, of: 4096))
        #expect(few.cause == .tooFewFree)
        let short = try one(Self.failed(64, -12) + Self.available("40@0+50@1000", 90, of: 4096))
        #expect(short.cause == .fragmented)
        #expect(short.longestRun == 50)
        let shifted = try one(Self.failed(64, -12) + Self.available("100@10", 100, of: 4096))
        #expect(shifted.cause == .misaligned)
        #expect(try trial(.alignment, of: shifted).worked == 4)
        for found in [few, short, shifted] {
            let again = try trial(.asItWas, of: found)
            #expect(again.runs == 4)
            #expect(again.worked == 0)
            #expect(try trial(.waiting, of: found).worked == 4)
        }
    }

    @Test func `where windows were there and all were busy, no effort helps and smaller chunks do`() throws {
        let found = try one(Self.failed(256, -16) + Self.available("2048@0", 2048, of: 4096))
        #expect(found.cause == .windowsBusy)
        #expect(try trial(.asItWas, of: found).worked == 0)
        #expect(
            found.trials.filter { $0.kind == .strategy && $0.strategy != "range-tracking" }.allSatisfy {
                $0.worked == 0
            })
        let chunks = found.trials.filter { $0.kind == .chunks }
        #expect(chunks.last?.worked == 4)
        #expect(chunks.allSatisfy { $0.chunkPages ?? 256 < 256 })
    }

    @Test func `the distance of refused windows is the alignment, and without them it is assumed`() throws {
        let known = try one(
            "alloc_contig_range: [2f000, 2f10a) PFNs busy\nalloc_contig_range: [2f010, 2f11a) PFNs busy\n"
                + Self.failed(266, -16))
        #expect(known.align == 4)
        #expect(known.busyWindows == 2)
        #expect(known.assumed.contains { $0.contains("the distance of the refused windows") })
        let unknown = try one(Self.failed(20, -16))
        #expect(unknown.align == 5)
        #expect(unknown.assumed.contains { $0.contains("the DMA layer's rule") })
        #expect(try one(Self.failed(2000, -16)).align == 8)
    }

    @Test func `a newer kernel's -EBUSY without a bitmap is both, and both are tried`() throws {
        let text = Self.failed(257, -16, function: "__cma_alloc") + "cma: => 1042 free of 32768 total pages\n"
        let found = try one(text)
        #expect(found.cause == .noWindowOrBusy)
        #expect(try trial(.asItWas, of: found).worked == 0)
        #expect(found.assumed.contains { $0.contains("every second area") })
    }

    @Test func `-ENOMEM with a window left is a lack of memory to move to`() throws {
        let found = try one(Self.failed(64, -12) + Self.available("2048@0", 2048, of: 4096))
        #expect(found.cause == .noMemoryToMove)
        #expect(try trial(.asItWas, of: found).worked == 4)
    }

    @Test func `without a bitmap areas are drawn on which the request fails`() throws {
        let found = try one(Self.failed(512, -12), areaPages: 8192)
        #expect(found.cause == .noWindow)
        #expect(found.areaPages == 8192)
        #expect(try trial(.asItWas, of: found).worked == 0)
    }

    @Test func `an errno of another kind is not emulated`() throws {
        let found = try one(Self.failed(512, -4))
        #expect(found.cause == .other)
        #expect(found.trials.isEmpty)
    }

    @Test func `equal failures are one case, kinds beyond the limit are counted`() throws {
        let text = Self.failed(64, -4) + Self.failed(64, -4) + Self.failed(32, -4)
        let cases = try explain(text)
        #expect(cases.map(\.lines) == [[1, 2], [3]])
        let many = (1...20).map { Self.failed($0, -4) }.joined()
        let log = try KernelLog(parsing: Array(many.utf8))
        let explanation = Explanation(of: log, file: "log", seeds: 1)
        #expect(explanation.cases.count == Explanation.caseLimit)
        #expect(explanation.moreCases == 20 - Explanation.caseLimit)
    }

    @Test func `an area too large for the emulator is explained and not tried`() throws {
        let found = try one(Self.failed(64, -12) + Self.available("10@0", 10, of: 1 << 30))
        #expect(found.cause == .tooFewFree)
        #expect(found.trials.isEmpty)
    }

    @Test func `the same log gives the same explanation`() throws {
        let text = Self.failed(256, -16) + Self.available("2048@0", 2048, of: 4096)
        #expect(try one(text).trials == one(text).trials)
    }
}
