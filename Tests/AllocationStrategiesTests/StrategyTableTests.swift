import AllocationStrategies
import PhysicalMemory
import Testing

@Suite struct StrategyTableTests {
    @Test func `the table lists every strategy once, simplest first`() {
        #expect(
            Strategy.all.map(\.name) == [
                "one-block", "normal", "cached", "fail-fast", "fail-fast-then-normal", "noretry",
                "gfp-nowait",
                "gfp-retry-mayfail", "bulk", "bulk-fast", "bulk-heap", "pages-bulk", "chunk-heap",
                "chunk-heap-halving", "split-2m", "sleep-retry", "android", "hard", "skip-block",
                "range-tracking", "pool",
            ])
    }

    @Test func `a strategy is found by its exact name and by no other`() {
        for strategy in Strategy.all { #expect(Strategy.named(strategy.name)?.rule == strategy.rule) }
        for name in ["", "Normal", "fail fast", "normal "] { #expect(Strategy.named(name) == nil) }
        #expect(Strategy.standard.name == "fail-fast-then-normal")
    }

    @Test(arguments: Strategy.all.map(\.name))
    func `what is said of a strategy is a line, an origin and a rule in sentences`(name: String) throws {
        let strategy = try #require(Strategy.named(name))
        #expect(!strategy.summary.isEmpty && !strategy.summary.contains("\n"))
        #expect(!strategy.origin.isEmpty && !strategy.origin.contains("\n"))
        #expect(strategy.rule.hasSuffix("."))
    }

    @Test func `a strategy in one mode asks chunk by chunk until a call fails`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 1 << 16, pages: 64))
        let memory = try MachineMemory(pages: 1 << 17, areas: [geometry])
        var calls = 0
        let access = AreaAccess(
            area: memory.areas[0], device: 0, cpu: { 0 }, onCall: { _ in calls += 1 }, onTake: { _ in },
            onGiveBack: { _ in })
        let strategy = Strategy.chunkByChunk(.noDrain).instance()
        let request = GatherRequest(wanted: 9, chunkPages: 16, align: 4)
        #expect(strategy.gather(request, through: access) == [0, 16, 32, 48])
        #expect(calls == 5)
        #expect(Strategy.chunkByChunk(.noDrain).name == "nodrain")
    }

    @Test(arguments: [(16, 4, 4), (16, 0, 4), (1, 0, 0), (1024, 10, 10), (16, 5, nil), (12, 2, nil)])
    func `a chunk has an order when its size is a power of two and aligns it`(
        pages: Int, align: Int, order: Int?
    ) {
        #expect(GatherRequest(wanted: 1, chunkPages: pages, align: align).order == order)
    }
}
