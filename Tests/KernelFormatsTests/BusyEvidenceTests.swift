import Testing

@testable import KernelFormats

@Suite struct BusyEvidenceTests {
    /// Lines as ftrace prints them, with what stands before each event.
    private func evidence(_ events: String...) throws -> BusyEvidence {
        let lines = events.map { "   init-1   [001] .....   5.256933: \($0)\n" }
        return try BusyEvidence(parsing: Array(("# tracer: nop\n#\n" + lines.joined()).utf8))
    }

    private func retry(_ pfn: String, _ count: Int) -> String {
        "cma_alloc_busy_retry: name=linux,cma pfn=\(pfn) page=(____ptrval____) count=\(count) align=3"
    }

    @Test func `the first page that is not free explains the refusal that follows`() throws {
        let trace = try evidence(
            "cma_alloc_start: name=linux,cma count=16 align=3",
            "test_pages_isolated: start_pfn=0x10000 end_pfn=0x10010 fin_pfn=0x10003 ret=fail",
            retry("0x10000", 16))
        #expect(trace.refusals == [.init(frames: 65_536..<65_552, stuckPFN: 65_539)])
        #expect(trace.pins { _ in true } == (frames: [65_539], unexplained: 0))
    }

    @Test func `a page that another allocation took is not pinned`() throws {
        let trace = try evidence(
            "test_pages_isolated: start_pfn=0x10000 end_pfn=0x10010 fin_pfn=0x10003 ret=fail",
            retry("0x10000", 16),
            "cma_alloc_finish: name=linux,cma pfn=0x10000 page=(____ptrval____) count=8 align=3")
        #expect(trace.taken == [65_536..<65_544])
        #expect(trace.pins { _ in true } == (frames: [65_551], unexplained: 0))
        #expect(trace.pins { $0 < 65_544 } == (frames: [], unexplained: 1))
    }

    @Test func `a failed call took nothing, in the words of old and new kernels`() throws {
        let trace = try evidence(
            "cma_alloc_finish: name=reserved pfn=0x10000 page=0000000000000000 count=8 align=3",
            "cma_alloc_finish: name=reserved pfn=0x10000 page=(null) count=8 align=3",
            "cma_alloc_finish: name=reserved pfn=0x10000 page=(____ptrval____) count=8 align=3 errorno=-16")
        #expect(trace.taken.isEmpty)
    }

    @Test func `overlapping refusals without a known page are put down to one page`() throws {
        let trace = try evidence(retry("0x10000", 16), retry("0x10008", 16), retry("0x20000", 4))
        #expect(trace.pins { _ in true }.frames == [65_551, 131_075])
    }

    @Test func `an event without its number is refused with its line`() {
        let error = #expect(throws: KernelFormatError.self) {
            try evidence("cma_alloc_busy_retry: name=reserved pfn=0xzz count=4 align=0")
        }
        #expect(error?.place == .line(3))
    }
}
