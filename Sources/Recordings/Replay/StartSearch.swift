public import PhysicalMemory

/// A search for the start that a recording does not tell of: the one with which most calls are exact.
///
/// First coarse and then fine, over the length of the per-CPU list and, for a recording program that takes pages as
/// it writes, over where its buffer stood: two numbers for hundreds of calls.
///
/// The search ends with a start with which every call is exact. A start is given up at the call with which as many
/// differ as with the best so far, since it cannot become better than that; the best is the same as if each start had
/// been executed to its end.
public struct StartSearch: Sendable {
    /// The execution from the best start; the given one when no other is better.
    public private(set) var best: Replay
    /// Starts that were executed, the given one not counted.
    public private(set) var starts = 0

    /// Pages on the lists that movable pages do not go to: what fits the recordings of one CPU best.
    private static let otherPages = 66
    /// Pages between two lengths of the list that are tried first; then each around the best.
    private static let coarseStep = 10

    /// Nil where nothing is to be searched for: every call is exact, or the mode drains the lists, so that calls do
    /// not depend on them.
    ///
    /// - Parameters:
    ///   - first: the execution from the start as recorded.
    ///   - isInterrupted: asked before each start; when it says so, the search ends with the best so far.
    public init?(
        for recording: Recording, from first: Replay, costs: CostProfile? = nil,
        isInterrupted: () -> Bool = { false }
    ) throws(RecordingError) {
        guard first.exact < first.calls, !first.mode.drainsPerCPULists || !first.mode.disablesLRUCache
        else { return nil }
        best = first
        guard first.lists == nil else { return nil }
        guard recording.listsAtStart.isEmpty else {
            // The lists are known; when they decay and where the program's slots stand are not.
            let positions: [Int?] =
                recording.scenario("obuf") == nil
                ? stride(from: 0, to: try recording.pageBytes(), by: 8 * RecordingProgram.releaseSlot).map {
                    $0
                }
                : [nil]
            let decays = recording.decays(eighth: 0).isEmpty ? [first.unrecorded.decayEighth] : [1, 3, 5, 7]
            for slots in positions {
                for eighth in decays {
                    guard best.exact < best.calls, !isInterrupted() else { return }
                    var start = first.unrecorded
                    start.slotBytes = slots
                    start.decayEighth = eighth
                    try consider(recording, start, costs)
                }
            }
            return
        }
        let memory = try MachineMemory.area(startOf: recording).memory
        let judge = first.judge
        let (high, batched) = (memory.perCPUHigh, memory.kernel.lists.lruBatch - 1)
        memory.end()
        let positions: [Int?] =
            recording.scenario("obuf") == nil ? Self.slotPositions(of: recording) : [nil]
        // Lists that tune themselves are short at the start, and it is not known at how many pages they give some back.
        let isTuned = judge.lists.high != .lowWatermark
        let lengths =
            isTuned
            ? Array(stride(from: high, through: 3 * high, by: 31))
            : Array(stride(from: 0, through: high, by: Self.coarseStep))
        for pages in lengths {
            for slots in positions {
                guard best.exact < best.calls, !isInterrupted() else { return }
                try consider(recording, pages: pages, batched: batched, slots: slots, costs)
            }
        }
        guard !isTuned else { return }
        let found = best.unrecorded
        let near = found.movablePages + found.otherPages
        for pages in max(near - Self.coarseStep, 0)...min(near + Self.coarseStep, high) {
            guard best.exact < best.calls, !isInterrupted() else { return }
            try consider(
                recording, pages: pages, batched: batched, slots: positions.count > 1 ? found.slotBytes : nil,
                costs)
        }
    }

    private mutating func consider(
        _ recording: Recording, pages: Int, batched: Int, slots: Int?, _ costs: CostProfile?
    ) throws(RecordingError) {
        var start = UnrecordedStart()
        start.batchedPages = batched
        start.slotBytes = slots
        switch best.judge.lists.high {
        case .lowWatermark:
            start.otherPages = min(Self.otherPages, pages)
            start.movablePages = pages - start.otherPages
        case .tuned:
            start.lists = CPUListState(usualWithHigh: pages)
        }
        try consider(recording, start, costs)
    }

    private mutating func consider(
        _ recording: Recording, _ start: UnrecordedStart, _ costs: CostProfile?
    ) throws(RecordingError) {
        starts += 1
        let replay = try Replay(
            of: recording, mode: best.mode, unrecorded: start, costs: costs,
            differenceLimit: best.calls - best.exact)
        if replay.exact > best.exact { best = replay }
    }

    /// Where the recording program's slots can stand in their first page. They lie after a table of 16 bytes for each
    /// of the `n` steps of the scenario, in the same place but for the length of the program's arguments: five
    /// recordings with n = 500 and 600 leave 2081 to 2336 bytes.
    private static func slotPositions(of recording: Recording) -> [Int] {
        let steps = recording.scenario("n").flatMap { Int($0) } ?? 0
        return stride(from: 2080, through: 2336, by: 32).map {
            (16 * min(steps, 1 << 20) - $0) & (PageGeometry.standard.pageBytes - 1)
        }
    }
}
