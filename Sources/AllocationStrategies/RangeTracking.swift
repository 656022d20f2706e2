import PhysicalMemory

extension Strategy {
    /// What the thread thought too complex to pay.
    static let rangeTracking = Strategy(
        name: "range-tracking",
        summary: "look at a window before trying it, remember what stood in the way, return when it is gone",
        origin: "devemu; the thread of December 2020 doubted that more than the last failed pfn pays",
        rule: """
            A window is looked at page by page before anything is isolated, as a pfn walker does, and only \
            one where nothing is seen gets the one asynchronous try of fail-fast. The others are put aside \
            by what was seen. The look goes on behind the last chunk taken, once round the area.

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

    /// Once round the area, a call for each chunk.
    private func lap(
        _ request: GatherRequest, through access: AreaAccess, chunks: inout [Int],
        putAside: inout PutAside
    ) {
        let begin = cursor
        var from = begin
        var wrapped = begin == 0
        while chunks.count < request.wanted {
            let taken = access.call { outcome -> Int? in
                while true {
                    let window = AllocationRequest(count: request.chunkPages, align: request.align)
                    let found = access.area.nextWindow(from: from, for: window)
                    guard let offset = found, !(wrapped && begin > 0 && offset >= begin) else {
                        if wrapped {
                            outcome.errno = putAside.windows.isEmpty ? .noMemory : .busy
                            return nil
                        }
                        wrapped = true
                        from = 0
                        continue
                    }
                    guard let refusal = refusal(offset, request, through: access, in: &outcome) else {
                        from = offset + request.chunkPages
                        return offset
                    }
                    putAside.windows.append(offset)
                    if refusal.kind <= .batched { putAside.needsDrain = true }
                    // No window that holds a pinned page can be had.
                    from = refusal.kind == .pinned ? refusal.page + 1 : offset + 1 << request.align
                }
            }
            guard let taken else { break }
            chunks.append(taken)
            cursor = from
        }
    }

    /// What keeps a window from being had; nil when it has been taken.
    private func refusal(
        _ offset: Int, _ request: GatherRequest, through access: AreaAccess,
        in outcome: inout AllocationOutcome
    ) -> (kind: ContiguousArea.Obstacle, page: Int)? {
        let window = offset..<offset + request.chunkPages
        if let seen = access.area.obstacle(in: window) {
            if seen.kind == .pinned, pinnedSince[seen.page] == nil { pinnedSince[seen.page] = access.now }
            return seen
        }
        if !pinnedSince.isEmpty {
            for page in window { pinnedSince[page] = nil }
        }
        return access.tryWindow(window, mode: .failFast, in: &outcome) ? nil : (.locked, offset)
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
                    guard let refusal = refusal(offset, request, through: access, in: &outcome) else {
                        chunks.append(offset)
                        return false
                    }
                    let since = pinnedSince[refusal.page] ?? access.now
                    return refusal.kind != .pinned || access.now - since <= Self.shortPin
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
