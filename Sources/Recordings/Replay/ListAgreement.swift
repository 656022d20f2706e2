public import PhysicalMemory

/// How the emulated lists of the recording's CPU compare with the states that it wrote down after its calls.
public struct ListAgreement: Sendable, Equatable {
    /// Why a recorded state was taken over.
    public enum Cause: String, Sendable {
        /// The recording program took a page for itself.
        case pageTaken = "a page was taken"
        /// A second had passed, and the lists decayed.
        case decayed = "the lists decayed"
        /// On which lists pages lay that are not movable showed as the lists were emptied.
        case divided = "unmovable pages showed their lists"
        /// For no reason that is known.
        case unexplained = "no known reason"
    }

    /// A place where the recorded state was taken over.
    public struct Takeover: Sendable, Equatable {
        /// 1-based number among the allocations and releases.
        public var step: Int
        public var cause: Cause
    }

    /// States that were compared, and those of them that were equal, with what was taken over before.
    public var states = 0
    public var equal = 0
    public var takeovers: [Takeover] = []
    /// The first state that was not equal, with the recorded one.
    public var firstDifference: (step: Int, recorded: CPUListState, emulated: CPUListState)?

    /// Takeovers for no reason that is known.
    public var unexplained: Int { takeovers.count { $0.cause == .unexplained } }

    public static func == (a: ListAgreement, b: ListAgreement) -> Bool {
        a.states == b.states && a.equal == b.equal && a.takeovers == b.takeovers
    }
}

extension CPUListState {
    /// What a `# pcp` record says.
    init(_ recorded: Recording.ListState) {
        self.init()
        count = recorded.count
        high = recorded.high
        freeCount = recorded.freeCount
        allocFactor = recorded.allocFactor
        lastFreedHighOrder = recorded.flags & 1 != 0
        keepsBatch = recorded.flags & 2 != 0
        movable = recorded.movable
    }

    fileprivate var unmovable: Int { count - movable.reduce(0, +) }
}

extension ContiguousArea {
    /// Makes the lists of a CPU what a record at the start says.
    ///
    /// Which pages of the area are on them is not recorded. Pages on the lists do not merge with free neighbours, so
    /// that they are taken to be the first ones without such a neighbour.
    func take(over start: Recording.ListState) {
        var outside = CPUListState(start)
        outside.movable[0] -= min(start.inArea, outside.movable[0])
        outside.count -= start.movable[0] - outside.movable[0]
        memory.setLists(outside, cpu: start.cpu)
        var left = start.movable[0] - outside.movable[0]
        for offset in 0..<geometry.pages where left > 0 && self[offset] == .free {
            let neighbours = [offset - 1, offset + 1].filter { (0..<geometry.pages).contains($0) }
            guard neighbours.allSatisfy({ self[$0] != .free }) else { continue }
            putOnPerCPUList(offset, cpu: start.cpu)
            left -= 1
        }
    }
}

/// Follows the lists of a recording that wrote them down after every call: compares, and takes over what others than
/// the calls did to them.
///
/// Two things come in between. The recording program takes a page each time its buffer of slots grows into the next
/// one, which is foreseen as soon as some of these pages have shown where the slots stand, and a page now and then
/// for something else. And the lists decay once a second of a time that is not recorded. Both show in the state after
/// a call, and are done before that call where they decide it.
struct ListFollower {
    private(set) var agreement = ListAgreement()
    private let memory: MachineMemory
    private let area: ContiguousArea
    private let mode: AllocationMode
    private let cpu: Int
    private let pageBytes: Int
    /// Bytes of slots so far.
    private var slots = 0
    /// Bytes that the first page of slots may have had in use at the start.
    private var starts: [Int]
    private var step = 0

    /// Most pages that are believed to be taken between two states.
    private static let mostTaken = 3

    init(_ area: ContiguousArea, mode: AllocationMode, cpu: Int, pageBytes: Int) {
        memory = area.memory
        self.area = area
        self.mode = mode
        self.cpu = cpu
        self.pageBytes = pageBytes
        starts = Array(stride(from: 0, to: pageBytes, by: RecordingProgram.releaseSlot))
    }

    /// Does what was done to the lists before a call, as the state after it shows.
    mutating func before(_ next: Recording.Step, recorded: CPUListState?) {
        step += 1
        let bytes = RecordingProgram.slot(of: next)
        let grows = starts.filter { ($0 + slots) / pageBytes != ($0 + slots + bytes) / pageBytes }
        slots += bytes
        guard let recorded else { return }
        // Lists are emptied from the one that a block went to; blocks of order 1 and more leave the single pages.
        if case .release = next, recorded.lastFreedHighOrder, arrangeUnmovable(recorded, singles: { $1 }) {
            agreement.takeovers.append(.init(step: step, cause: .divided))
        }
        if decayCame(before: next, recorded: recorded) { decay(to: recorded) }
        let taken = pagesTaken(before: next, recorded: recorded)
        if taken > 0 {
            for _ in 0..<taken { takePage() }
            if taken > 1 || grows.count < starts.count {
                agreement.takeovers.append(.init(step: step, cause: .pageTaken))
            }
        }
        if taken == 1, !grows.isEmpty {
            starts = grows
        } else if taken == 0, grows.count < starts.count {
            let growing = Set(grows)
            starts.removeAll { growing.contains($0) }
        }
    }

    /// Compares the lists with the state after a call, after doing what was done to them meanwhile.
    mutating func after(_ recorded: CPUListState, inArea: Int) {
        var own = memory.listState(cpu: cpu)
        if own.high > recorded.high {
            decay(to: recorded)
            own = memory.listState(cpu: cpu)
        }
        if own != recorded, looksTaken(own, recorded) {
            takePage()
            agreement.takeovers.append(.init(step: step, cause: .pageTaken))
            own = memory.listState(cpu: cpu)
        }
        agreement.states += 1
        if own == recorded, memory.listedPages(of: area, cpu: cpu) == inArea {
            agreement.equal += 1
            return
        }
        if agreement.firstDifference == nil { agreement.firstDifference = (step, recorded, own) }
        if own != recorded {
            memory.setLists(recorded, cpu: cpu)
            agreement.takeovers.append(.init(step: step, cause: .unexplained))
        }
    }

    private func takePage() { _ = memory.allocatePage(for: .anonymous, cpu: cpu) }

    /// Lets the lists decay: they give back from the list of single unmovable pages on.
    private mutating func decay(to recorded: CPUListState) {
        _ = arrangeUnmovable(recorded) { $0 - $1 }
        memory.decayLists(cpu: cpu)
        agreement.takeovers.append(.init(step: step, cause: .decayed))
    }

    /// Divides the pages that are not movable as a state shows in which there are fewer of them, but not none.
    /// - Parameter singles: pages on the list of order 0, from how many there are before and after.
    /// - Returns: whether it did.
    private func arrangeUnmovable(_ recorded: CPUListState, singles: (Int, Int) -> Int) -> Bool {
        let (before, after) = (memory.listState(cpu: cpu).unmovable, recorded.unmovable)
        guard after > 0, after < before else { return false }
        memory.arrangeUnmovable(singles: singles(before, after), cpu: cpu)
        return true
    }

    /// Whether the lists decayed before a call: it returned a page that was on them.
    private func decayCame(before next: Recording.Step, recorded: CPUListState) -> Bool {
        guard case .allocate(let call) = next, let offset = call.offset, !mode.drainsPerCPULists,
            recorded.high < memory.listState(cpu: cpu).high
        else { return false }
        return (offset..<offset + call.count).contains { area.detail(of: $0).use == .perCPU }
    }

    /// Pages that the recording program took before a call, from what it left of the pages freed in a row.
    private func pagesTaken(before next: Recording.Step, recorded: CPUListState) -> Int {
        let own = memory.listState(cpu: cpu)
        let batch = memory.listSizes(cpu: cpu).batch
        switch next {
        case .allocate:
            if own.freeCount == 0 {
                let fewer = own.count - recorded.count
                return !mode.drainsPerCPULists && (0...Self.mostTaken).contains(fewer) ? fewer : 0
            }
            // A page that was taken after the lists were emptied is still missing from a refill.
            let later = mode.drainsPerCPULists && recorded.count > 0 ? 1 : 0
            let taken = (0...Self.mostTaken).first { own.freeCount >> $0 == recorded.freeCount } ?? 0
            return max(taken - later, 0)
        case .release:
            let most = batch << ListFollower.batchScale
            let freed = recorded.count - own.count
            func expected(_ taken: Int) -> Int {
                let before = own.freeCount >> taken
                return max(before, min(before + freed + taken, most))
            }
            return (0...1).min {
                abs(expected($0) - recorded.freeCount) < abs(expected($1) - recorded.freeCount)
            }
                ?? 0
        default: return 0
        }
    }

    /// log2 of the batches up to which pages freed in a row are counted.
    private static let batchScale = 5

    /// Whether one page taken after the call would explain a difference.
    private func looksTaken(_ own: CPUListState, _ recorded: CPUListState) -> Bool {
        if own.count == 0 { return recorded.count > 0 && recorded.freeCount == own.freeCount >> 1 }
        return own.count - recorded.count == 1 && recorded.freeCount == own.freeCount >> 1
    }
}
