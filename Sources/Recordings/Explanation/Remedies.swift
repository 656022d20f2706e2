import AllocationStrategies
import PhysicalMemory

/// What would have worked instead, tried on every area that agrees with the log.
struct Remedies {
    let area: SuspectedArea
    let cause: FailureCause
    let seeds: ClosedRange<UInt64>

    /// Strategies that ask for the same block in another way.
    private static let others = [
        "hard", "sleep-retry", "android", "gfp-retry-mayfail", "range-tracking", "fail-fast",
    ]
    /// Chunks that drivers take instead of a block, pages.
    private static let chunkSizes = [PageGeometry.standard.blockPages, 256, 64, 16, 4, 1]
    private static let shortPin = 100e6
    private static let normal = Strategy.chunkByChunk(.normal, name: "normal")

    /// The failure itself comes first. Incomplete when `isInterrupted`, which is asked before each area, says so.
    func trials(_ isInterrupted: () -> Bool) -> [Trial] {
        let count = area.request.count
        var trials = [
            run(.asItWas, "the same request again", isInterrupted) {
                gather($0, chunk: count, by: Self.normal)
            }
        ]
        guard cause != .other else { return trials }
        if cause == .misaligned {
            trials.append(
                run(.alignment, "the same without an alignment", isInterrupted) { area in
                    gather(area, chunk: count, align: 0, by: Self.normal)
                })
        }
        // Where there are fewer pages than asked for, no way of asking helps.
        if cause != .largerThanArea, cause != .tooFewFree {
            trials += chunks(isInterrupted) + strategies(isInterrupted)
        }
        if cause != .largerThanArea { trials += waiting(isInterrupted) }
        return trials + larger(isInterrupted)
    }

    /// The largest chunks first, until some always work.
    private func chunks(_ isInterrupted: () -> Bool) -> [Trial] {
        var trials: [Trial] = []
        for size in Self.chunkSizes where size < area.request.count {
            let number = (area.request.count + size - 1) / size
            let trial = run(
                .chunks,
                "\(number) chunks of \(size) pages (\(PageGeometry.standard.kibibytes(of: size)) KiB) in its place",
                isInterrupted,
                pages: size
            ) { gather($0, chunk: size, by: .standard) }
            trials.append(trial)
            if trial.worked == trial.runs { break }
        }
        return trials
    }

    private func strategies(_ isInterrupted: () -> Bool) -> [Trial] {
        Self.others.compactMap { Strategy.named($0) }.map { strategy in
            run(
                .strategy, "the same request by \(strategy.name)", isInterrupted, strategy: strategy.name
            ) {
                gather($0, chunk: area.request.count, by: strategy)
            }
        }
    }

    private func waiting(_ isInterrupted: () -> Bool) -> [Trial] {
        guard cause != .windowsBusy, cause != .noWindowOrBusy else {
            var change = SuspectedArea.Change()
            change.pinNanoseconds = Self.shortPin
            let name = "asking again up to 5 times, 100 ms apart, if pins last 100 ms on average"
            return [
                run(.waiting, name, isInterrupted, change) { area in
                    guard let strategy = Strategy.named("sleep-retry") else { return nil }
                    return gather(area, chunk: self.area.request.count, by: strategy)
                }
            ]
        }
        guard cause != .noMemoryToMove else { return [] }
        var released: [Int] = []
        let trial = run(
            .waiting, "the same request, once the pages that stand in its best window came back",
            isInterrupted
        ) { area in
            guard let (_, held) = self.area.cheapestWindow(in: area) else { return nil }
            for range in held { area.release(offset: range.lowerBound, count: range.count) }
            released.append(held.reduce(0) { $0 + $1.count })
            return gather(area, chunk: self.area.request.count, by: Self.normal)
        }
        guard let fewest = released.min(), let most = released.max() else { return [trial] }
        var counted = trial
        let pages = fewest == most ? "\(fewest)" : "\(fewest) to \(most)"
        counted.name += " (\(pages) pages)"
        return [counted]
    }

    /// Until one always works.
    private func larger(_ isInterrupted: () -> Bool) -> [Trial] {
        var trials: [Trial] = []
        let pages = area.geometry.pages
        for more in [pages / 2, pages, 3 * pages] where pages + more <= SuspectedArea.pageLimit {
            var change = SuspectedArea.Change()
            change.morePages = more
            let whole = PageGeometry.standard.wholeBlocks(holding: pages + more)
            let size = PageGeometry.standard.mebibytes(of: whole)
            let trial = run(.area, "the same request in an area of \(size) MiB", isInterrupted, change) {
                gather($0, chunk: area.request.count, by: Self.normal)
            }
            trials.append(trial)
            if trial.worked == trial.runs { break }
        }
        return trials
    }

    /// Runs a trial on the area of every seed. `attempt` tells how long it took, ns, or nil for a failure.
    private func run(
        _ kind: Trial.Kind, _ name: String, _ isInterrupted: () -> Bool,
        _ change: SuspectedArea.Change = .init(), pages: Int? = nil, strategy: String? = nil,
        _ attempt: (ContiguousArea) -> UInt64?
    ) -> Trial {
        var trial = Trial(kind: kind, name: name)
        trial.chunkPages = pages
        trial.strategy = strategy
        var times: [UInt64] = []
        for seed in seeds {
            guard !isInterrupted() else { break }
            guard let made = area.make(seed: seed, change) else { continue }
            defer { made.memory.end() }
            trial.runs += 1
            if let time = attempt(made) { times.append(time) }
        }
        trial.worked = times.count
        trial.medianNanoseconds = times.isEmpty ? nil : times.sorted()[times.count / 2]
        return trial
    }

    /// The time for all pages of the request in chunks; nil when they could not all be had.
    private func gather(
        _ area: ContiguousArea, chunk: Int, align: Int? = nil, by strategy: Strategy
    ) -> UInt64? {
        var order = 0
        while 1 << order < chunk { order += 1 }
        let request = GatherRequest(
            wanted: (self.area.request.count + chunk - 1) / chunk, chunkPages: chunk,
            align: align ?? min(order, self.area.request.align))
        let access = AreaAccess(
            area: area, device: nil, cpu: { 0 }, onCall: { _ in }, onTake: { _ in }, onGiveBack: { _ in })
        let instance = strategy.instance()
        instance.prepare(through: access)
        let start = access.now
        let offsets = instance.gather(request, through: access)
        return offsets.count == request.wanted ? access.now - start : nil
    }
}
