import PhysicalMemory

/// What decides calls in modes that do not drain, and no record tells: how full the per-CPU lists of
/// the recording program's CPU were, and how far its buffers had grown.
public struct UnrecordedStart: Sendable, Hashable {
    /// Free pages from outside the area on the CPU's list of movable pages and on its other lists.
    public var movablePages = 0
    public var otherPages = 0
    /// Pages in the CPU's LRU batch.
    public var batchedPages = 0
    /// Bytes of its first page of slots that the recording program had used; nil for a program that
    /// had its buffers in memory before (the scenario's `obuf`).
    public var slotBytes: Int?

    public init() {}

    /// Pages on the lists that movable pages do not go to: what fits the recordings of one CPU best.
    private static let otherPages = 66
    /// Pages between two lengths of the list that are tried first; then each around the best.
    private static let coarseStep = 10

    /// Where the recording program's slots can stand in their first page. They lie behind a table of 16
    /// bytes for each of the `n` steps of the scenario, in the same place but for the length of the
    /// program's arguments: five recordings with n = 500 and 600 leave 2081 to 2336 bytes.
    private static func slotPositions(of recording: Recording) -> [Int] {
        let steps = recording.scenario("n").flatMap { Int($0) } ?? 0
        return stride(from: 2080, through: 2336, by: 32).map { (16 * min(steps, 1 << 20) - $0) & 4095 }
    }

    /// The start with which most calls are exact: a search, first coarse and then fine, over the length
    /// of the list and, for a
    /// program that takes pages as it writes, over where its buffer stood. Two numbers for hundreds of
    /// calls; what is assumed is in the result.
    static func search(
        for recording: Recording, mode: AllocationMode, costs: CostProfile, from first: Replay
    ) throws(RecordingError) -> Replay {
        var best = first
        let memory = try MachineMemory.area(startOf: recording).memory
        let (high, batched) = (memory.perCPUHigh, memory.kernel.lists.lruBatch - 1)
        memory.end()
        func consider(pages: Int, slots: Int?) throws(RecordingError) {
            guard best.exact < best.calls else { return }
            var start = UnrecordedStart()
            start.otherPages = min(otherPages, pages)
            start.movablePages = pages - start.otherPages
            start.batchedPages = batched
            start.slotBytes = slots
            let replay = try Replay(of: recording, mode: mode, unrecorded: start, costs: costs)
            if replay.exact > best.exact { best = replay }
        }

        let positions: [Int?] = recording.scenario("obuf") == nil ? slotPositions(of: recording) : [nil]
        for pages in stride(from: 0, through: high, by: coarseStep) {
            for slots in positions { try consider(pages: pages, slots: slots) }
        }
        let found = best.unrecorded
        let near = found.movablePages + found.otherPages
        for pages in max(near - coarseStep, 0)...min(near + coarseStep, high) {
            try consider(pages: pages, slots: positions.count > 1 ? found.slotBytes : nil)
        }
        return best
    }
}
