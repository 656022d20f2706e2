import AllocationStrategies
import Testing

@testable import PhysicalMemory

/// Random lives of a machine under each strategy: whatever happens, pages are not lost, doubled or
/// forgotten, and it happens again.
@Suite struct StrategyPropertyTests {
    @Test(arguments: Strategy.all.map(\.name), 1...3 as ClosedRange<UInt64>)
    func `no strategy loses or doubles a page, and the same seed gives the same life`(
        name: String, seed: UInt64
    ) throws {
        let life = try RandomLife(of: name, seed: seed)
        for step in 0..<30 {
            life.step()
            life.check(everything: step % 3 == 0)
            guard life.findings.isEmpty else {
                Issue.record("step \(step): \(life.findings)")
                return
            }
        }
        #expect(life.chunksGot > 30)
        let again = try RandomLife(of: name, seed: seed)
        for _ in 0..<30 { again.step() }
        #expect(again.transcript == life.transcript)
    }
}

private final class RandomLife {
    let driver: Driver
    private(set) var transcript: [String] = []
    private(set) var findings: [String] = []
    private(set) var chunksGot = 0
    private var generator: SeededGenerator
    private var outstanding: [Range<Int>] = []
    private let isPool: Bool

    init(of strategy: String, seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        isPool = strategy == "pool"
        let pages = generator.below(2) == 0 ? 2048 : 3072
        let base = 5120 + 512 * generator.below(2)
        let geometry = try #require(AreaGeometry(basePFN: base, pages: pages))
        var inUse: [Range<Int>] = []
        var pfn = base
        while pfn < base + pages {
            let end = min(pfn + generator.below(60), base + pages)
            if end > pfn { inUse.append(pfn..<end) }
            pfn = end + 1 + generator.below(60)
        }
        let scope = generator.below(2) == 0 ? MutexScope.machine : .area
        let memory = try MachineMemory(
            pages: 12_288, cpus: 2, areas: [geometry], inUse: inUse,
            kernel: .linux6_1.with { $0.search.mutex = scope })
        driver = try Driver(strategy, on: memory)
        for _ in 0..<generator.below(12) { disturb(within: geometry.pages, isLasting: true) }
    }

    /// Something that stands in the way of a movable page: for good, or until some time later.
    private func disturb(within pages: Int, isLasting: Bool = false) {
        let page = generator.below(pages)
        let (pfn, memory) = (driver.pfn(page), driver.memory)
        let until = UInt64(generator.below(120)) * millisecond
        let kind = generator.below(5)
        guard driver.area[page] == .movable else { return }
        switch kind {
        case 0: driver.putFile(at: page)
        case 1 where !isLasting:
            memory.setWriteback(pfn, true)
            memory.timeline.schedule(after: until) { memory.setWriteback(pfn, false) }
        case 2 where !isLasting:
            memory.setLocked(pfn, true)
            memory.timeline.schedule(after: until) { memory.setLocked(pfn, false) }
        case 3 where !isLasting:
            memory.timeline.schedule(after: until) {
                guard memory.use(of: pfn) == .anonymous, memory.pin(pfn) else { return }
                memory.timeline.schedule(after: until / 2) { memory.unpin(pfn) }
            }
        default:
            memory.pin(pfn)
            if !isLasting { memory.timeline.schedule(after: until) { memory.unpin(pfn) } }
        }
    }

    func step() {
        for _ in 0..<generator.below(12) { disturb(within: driver.area.geometry.pages) }
        for _ in 0..<generator.below(40) {
            _ = driver.memory.allocatePage(for: .anonymous, cpu: generator.below(2))
        }
        if generator.below(3) > 0 { gather() }
        for _ in 0..<generator.below(2 + outstanding.count) { releaseOne() }
        if generator.below(4) == 0 {
            driver.memory.timeline.advance(by: UInt64(generator.below(30)) * millisecond)
        }
        transcript.append("\(driver.now) \(driver.held.count) \(driver.calls.count)")
    }

    private func gather() {
        let sizes = [1, 3, 5, 8, 12, 16, 16, 16, 16, 64, 100, 512, 700, 1024]
        let chunkPages = sizes[generator.below(sizes.count)]
        let align = generator.below(10)
        let most = generator.below(6) == 0 ? 4000 : 40
        let wanted = 1 + generator.below(most)
        let got = driver.gather(wanted, of: chunkPages, align: align)
        transcript.append("\(wanted) of \(chunkPages) at \(align): \(got)")
        chunksGot += got.count
        if got.count > wanted { findings.append("\(got.count) chunks, \(wanted) were wanted") }
        for offset in got {
            let chunk = offset..<offset + chunkPages
            if offset < 0 || chunk.upperBound > driver.area.geometry.pages {
                findings.append("\(chunk) lies outside the area")
                continue
            }
            if driver.pfn(offset) % (1 << align) != 0 {
                findings.append("\(chunk) is not aligned to 2^\(align)")
            }
            if outstanding.contains(where: { $0.overlaps(chunk) }) {
                findings.append("\(chunk) is out already")
            }
            if !chunk.allSatisfy({ driver.area[$0] == .held }) { findings.append("\(chunk) is not held") }
            outstanding.append(chunk)
        }
    }

    private func releaseOne() {
        guard !outstanding.isEmpty else { return }
        let chunk = outstanding.remove(at: generator.below(outstanding.count))
        driver.release(chunk.lowerBound, of: chunk.count)
    }

    func check(everything: Bool) {
        if everything { findings += driver.findings }
        let out = outstanding.reduce(0) { $0 + $1.count }
        if driver.area.allocatedPages != driver.held.count {
            findings.append("\(driver.area.allocatedPages) pages allocated, \(driver.held.count) on account")
        }
        let stock = driver.held.count - out
        if isPool {
            if stock % 16 != 0 || stock > driver.area.geometry.pages / 8 {
                findings.append("\(stock) pages in stock")
            }
        } else if stock != 0 {
            findings.append("\(driver.held.count) pages on account, \(out) returned and not released")
        }
        if !outstanding.allSatisfy({ driver.held.isSuperset(of: $0) }) {
            findings.append("a chunk is out that is on no account")
        }
    }
}
