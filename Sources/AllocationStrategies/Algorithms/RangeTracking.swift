import PhysicalMemory

extension Strategy {
    /// What the thread thought too complex to pay.
    static let rangeTracking = Strategy(
        name: "range-tracking",
        summary: "look at a window before trying it, remember what stood in the way, return when it is gone",
        origin: "devemu; the thread of December 2020 doubted that more than the last failed pfn pays",
        rule: """
            A window is looked at page by page before anything is isolated, as a pfn walker does, and only \
            one where nothing is seen gets the one asynchronous try of fail-fast. Up to 16 such windows that \
            lie side by side in a pageblock are tried as one, which isolates the pageblock once; only when \
            that fails is each tried by itself. The others are put aside by what was seen. Every request looks \
            from the start of the area, so that memory which was emptied before is used again.

            For what is still missing then: pages on per-CPU lists and LRU batches get one drain of the \
            whole machine, and all windows a second look. Windows with a locked page or one under \
            writeback are looked at again after 1 ms, then 2, 4, 8 and every 16 ms, and tried as soon as \
            nothing is seen; likewise a pin that has been there for less than 50 ms. A pin that was seen \
            for longer is taken for one that stays: its window is not waited for until it is seen without \
            the pin. 500 ms without a new chunk end the request, which keeps what it got.
            """
    ) { RangeTracking() }
}

private final class RangeTracking: GatheringStrategy {
    private static let longestRun = 16
    private static let firstPause: UInt64 = 1_000_000
    private static let longestPause: UInt64 = 16_000_000
    private static let shortPin: UInt64 = 50_000_000
    private static let patience: UInt64 = 500_000_000

    /// When each pinned page was first seen pinned.
    private var pinnedSince: [Int: UInt64] = [:]

    /// What one request has come to.
    private struct Progress {
        var chunks: [Int] = []
        /// Windows that are waited for, and whether a drain can help one of them.
        var putAside: [Int] = []
        var needsDrain = false
        var wasRefused = false
    }

    private typealias Refusal = (kind: ContiguousArea.Obstacle, page: Int)

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var progress = Progress()
        lap(request, through: access, &progress)
        wait(request, through: access, &progress)
        return progress.chunks
    }

    /// Once through the area, a call for each run of chunks.
    private func lap(_ request: GatherRequest, through access: AreaAccess, _ progress: inout Progress) {
        var from = 0
        while progress.chunks.count < request.wanted {
            let taken = access.call(for: request.window) { outcome -> [Int] in
                while true {
                    guard let offset = access.area.nextWindow(from: from, for: request.window) else {
                        outcome.errno = progress.wasRefused ? .busy : .noMemory
                        return []
                    }
                    if let refusal = refusal(offset, request, access) {
                        progress.wasRefused = true
                        if isWaitedFor(refusal, now: access.now, &progress) {
                            progress.putAside.append(offset)
                        }
                        // No window that holds a pinned page can be had.
                        from = refusal.kind == .pinned ? refusal.page + 1 : offset + 1 << request.align
                        continue
                    }
                    let most = request.wanted - progress.chunks.count
                    let run = clearRun(from: offset, request, most: most, access)
                    let taken = take(run, request, access, in: &outcome)
                    // What a look cannot see goes on no longer than a lock.
                    if taken.count < run.count { progress.wasRefused = true }
                    progress.putAside += run.filter { !taken.contains($0) }
                    from = run[run.count - 1] + (taken.isEmpty ? 1 << request.align : request.chunkPages)
                    if !taken.isEmpty { return taken }
                }
            }
            guard !taken.isEmpty else { break }
            progress.chunks += taken
        }
    }

    /// What is seen in a window that keeps it from being had; remembers since when pages are pinned.
    private func refusal(_ offset: Int, _ request: GatherRequest, _ access: AreaAccess) -> Refusal? {
        let window = offset..<offset + request.chunkPages
        let seen = access.area.obstacle(in: window)
        let pin = seen.flatMap { $0.kind == .pinned ? $0.page : nil }
        if !pinnedSince.isEmpty {
            for page in offset..<(pin ?? window.upperBound) { pinnedSince[page] = nil }
        }
        if let pin, pinnedSince[pin] == nil { pinnedSince[pin] = access.now }
        return seen
    }

    /// Windows side by side from one that is clear, as far as they are clear too.
    private func clearRun(
        from first: Int, _ request: GatherRequest, most: Int, _ access: AreaAccess
    ) -> [Int] {
        var run = [first]
        guard request.chunkPages % (1 << request.align) == 0 else { return run }
        let geometry = access.area.geometry
        let block = geometry.pfn(at: first) / BlockSize.pageblockPages
        while run.count < min(most, Self.longestRun) {
            let next = first + run.count * request.chunkPages
            let last = next + request.chunkPages - 1
            guard last < access.pages, geometry.pfn(at: last) / BlockSize.pageblockPages == block,
                access.area.nextWindow(from: next, for: request.window) == next,
                refusal(next, request, access) == nil
            else { break }
            run.append(next)
        }
        return run
    }

    /// Tries a run as one window, and when that fails each of its windows.
    private func take(
        _ run: [Int], _ request: GatherRequest, _ access: AreaAccess, in outcome: inout AllocationOutcome
    ) -> [Int] {
        let whole = run[0]..<run[0] + run.count * request.chunkPages
        if access.tryWindow(whole, mode: .failFast, in: &outcome) { return run }
        guard run.count > 1 else { return [] }
        return run.filter {
            access.tryWindow($0..<$0 + request.chunkPages, mode: .failFast, in: &outcome)
        }
    }

    /// Looks again at windows that were put aside until they are free, a call for each round, and gives
    /// up those that a pin has held for long or that somebody else has got.
    private func wait(_ request: GatherRequest, through access: AreaAccess, _ progress: inout Progress) {
        var mayDrain = true
        var pause = Self.firstPause
        var lastChunk = access.now
        while progress.chunks.count < request.wanted, !progress.putAside.isEmpty,
            access.now - lastChunk <= Self.patience
        {
            if progress.needsDrain, mayDrain {
                mayDrain = false
                access.call(for: nil) { access.area.drainAll(into: &$0) }
            } else {
                access.sleep(nanoseconds: pause)
                pause = min(pause * 2, Self.longestPause)
            }
            let before = progress.chunks.count
            access.call(for: request.window) { outcome in
                progress.putAside = progress.putAside.filter { offset in
                    lookAgain(at: offset, request, through: access, &progress, in: &outcome)
                }
                outcome.errno = progress.chunks.count == before ? .busy : nil
            }
            guard progress.chunks.count > before else { continue }
            lastChunk = access.now
            pause = Self.firstPause
        }
    }

    /// One more look at a window. True when there will be another.
    private func lookAgain(
        at offset: Int, _ request: GatherRequest, through access: AreaAccess, _ progress: inout Progress,
        in outcome: inout AllocationOutcome
    ) -> Bool {
        guard progress.chunks.count < request.wanted else { return true }
        guard access.area.nextWindow(from: offset, for: request.window) == offset else { return false }
        if let refusal = refusal(offset, request, access) {
            return isWaitedFor(refusal, now: access.now, &progress)
        }
        guard !take([offset], request, access, in: &outcome).isEmpty else { return true }
        progress.chunks.append(offset)
        return false
    }

    /// Whether what was seen is going to end: anything but a pin that was there for long.
    private func isWaitedFor(_ refusal: Refusal, now: UInt64, _ progress: inout Progress) -> Bool {
        if refusal.kind <= .batched { progress.needsDrain = true }
        return refusal.kind != .pinned || now - (pinnedSince[refusal.page] ?? now) <= Self.shortPin
    }
}
