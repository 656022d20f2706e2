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
            that fails is each tried by itself. The others are put aside by what was seen. The look goes on \
            behind the last chunk taken, once round the area.

            For what is still missing then: pages on per-CPU lists and LRU batches get one drain of the \
            whole machine, and their windows a second look. Windows with a locked page or one under \
            writeback are looked at again after 1 ms, then 2, 4, 8 and every 16 ms, and tried as soon as \
            nothing is seen; likewise a pin that has been there for less than 50 ms. A pin that was seen \
            for longer is taken for one that stays: its window is not waited for until it is seen without \
            the pin. 500 ms without a new chunk end the request, which keeps what it got.
            """
    ) { RangeTracking() }
}

private final class RangeTracking: GatheringStrategy {
    private static let longestRun = 16
    private static let longestPause: UInt64 = 16_000_000
    private static let shortPin: UInt64 = 50_000_000
    private static let patience: UInt64 = 500_000_000

    /// Where the next look begins, and when each pinned page was first seen pinned.
    private var cursor = 0
    private var pinnedSince: [Int: UInt64] = [:]

    /// Windows that were put aside, and whether a drain can help one of them.
    private struct PutAside {
        var windows: [Int] = []
        var needsDrain = false
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        var putAside = PutAside()
        lap(request, through: access, chunks: &chunks, putAside: &putAside)
        if chunks.count < request.wanted, putAside.needsDrain {
            access.call { access.area.drainAll(into: &$0) }
        }
        wait(for: putAside.windows, request, through: access, chunks: &chunks)
        return chunks
    }

    /// Once round the area, a call for each run of chunks.
    private func lap(
        _ request: GatherRequest, through access: AreaAccess, chunks: inout [Int],
        putAside: inout PutAside
    ) {
        let begin = cursor
        var from = begin
        var wrapped = begin == 0
        while chunks.count < request.wanted {
            let taken = access.call { outcome -> [Int] in
                while true {
                    let window = AllocationRequest(count: request.chunkPages, align: request.align)
                    let found = access.area.nextWindow(from: from, for: window)
                    guard let offset = found, !(wrapped && begin > 0 && offset >= begin) else {
                        if wrapped {
                            outcome.errno = putAside.windows.isEmpty ? .noMemory : .busy
                            return []
                        }
                        wrapped = true
                        from = 0
                        continue
                    }
                    if let seen = obstacle(at: offset, request, access) {
                        putAside.windows.append(offset)
                        if seen.kind <= .batched { putAside.needsDrain = true }
                        // No window that holds a pinned page can be had.
                        from = seen.kind == .pinned ? seen.page + 1 : offset + 1 << request.align
                        continue
                    }
                    let run = clearRun(from: offset, request, most: request.wanted - chunks.count, access)
                    let taken = take(run, request, access, in: &outcome)
                    putAside.windows += run.filter { !taken.contains($0) }
                    from = offset + run.count * request.chunkPages
                    if !taken.isEmpty { return taken }
                }
            }
            guard !taken.isEmpty else { break }
            chunks += taken
            cursor = from
        }
    }

    /// Windows side by side from one that is clear, as far as they are clear too.
    private func clearRun(
        from first: Int, _ request: GatherRequest, most: Int, _ access: AreaAccess
    ) -> [Int] {
        var run = [first]
        guard request.chunkPages % (1 << request.align) == 0 else { return run }
        let base = access.area.geometry.basePFN
        let block = (base + first) / BlockSize.pageblockPages
        let window = AllocationRequest(count: request.chunkPages, align: request.align)
        while run.count < min(most, Self.longestRun) {
            let next = first + run.count * request.chunkPages
            guard (base + next + request.chunkPages - 1) / BlockSize.pageblockPages == block,
                access.area.nextWindow(from: next, for: window) == next,
                obstacle(at: next, request, access) == nil
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

    /// What is seen in a window. Remembers since when pages are pinned, and forgets those that are not.
    private func obstacle(
        at offset: Int, _ request: GatherRequest, _ access: AreaAccess
    ) -> (kind: ContiguousArea.Obstacle, page: Int)? {
        let window = offset..<offset + request.chunkPages
        guard let seen = access.area.obstacle(in: window) else {
            if !pinnedSince.isEmpty {
                for page in window { pinnedSince[page] = nil }
            }
            return nil
        }
        if seen.kind == .pinned, pinnedSince[seen.page] == nil { pinnedSince[seen.page] = access.now }
        return seen
    }

    /// Looks again at windows that were put aside until they are free, a call for each round, and gives
    /// up those that a pin has held for long.
    private func wait(
        for windows: [Int], _ request: GatherRequest, through access: AreaAccess, chunks: inout [Int]
    ) {
        var windows = windows
        var pause: UInt64 = 0
        var progress = access.now
        while chunks.count < request.wanted, !windows.isEmpty, access.now - progress <= Self.patience {
            if pause > 0 { access.sleep(nanoseconds: pause) }
            let before = chunks.count
            windows = access.call { outcome in
                let left = windows.filter { offset in
                    guard chunks.count < request.wanted else { return true }
                    if let seen = obstacle(at: offset, request, access) {
                        let since = pinnedSince[seen.page] ?? access.now
                        return seen.kind != .pinned || access.now - since <= Self.shortPin
                    }
                    guard !take([offset], request, access, in: &outcome).isEmpty else { return true }
                    chunks.append(offset)
                    return false
                }
                outcome.errno = chunks.count == before ? .busy : nil
                return left
            }
            pause = min(max(pause * 2, 1_000_000), Self.longestPause)
            if chunks.count > before {
                progress = access.now
                pause = 0
            }
        }
    }
}
