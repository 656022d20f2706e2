public import PhysicalMemory

/// A recording executed again, call by call, against the emulated allocator.
public struct Replay: Sendable {
    /// One side of a call: where it ended and which windows it refused on the way.
    public struct Decision: Sendable, Equatable {
        /// Pages from the area's base; nil for a failed call.
        public var offset: Int?
        /// 0, or the negative errno of a failed call.
        public var errno: Int
        /// Offsets of refused windows, in order.
        public var busy: [Int]
    }

    public struct Difference: Sendable, Equatable {
        /// 1-based number of the call.
        public var call: Int
        public var request: AllocationRequest
        public var kernel: Decision
        public var emulated: Decision
    }

    public var mode: AllocationMode
    /// The kernel that judged the calls.
    public private(set) var judge: Kernel
    /// What the recording does not say of its start, as it was assumed.
    public var unrecorded: UnrecordedStart
    public var calls = 0
    /// Calls whose decision equals the kernel's in every part.
    public var exact = 0
    public var differences: [Difference] = []
    /// How the lists compare with the recorded ones; nil for a recording that does not have them after every call.
    public private(set) var lists: ListAgreement?
    /// Time of all calls, ns: the recorded guest's and the emulated machine's.
    public var kernelNanoseconds = 0
    public var emulatedNanoseconds = 0

    /// Sets up the recorded start state and executes each call in the recorded mode; where calls differ that depend on
    /// what the recording does not say, looks for a start with which they do not.
    ///
    /// After a call that ends elsewhere than the kernel's, the emulated area takes over the kernel's
    /// result, so that each call is judged on what came before it in the recording.
    /// - Parameter costs: what emulated time is counted by, nil for the profile of the kernel that judges; decisions do
    ///   not depend on it.
    /// - Throws: `RecordingError` when the recording's mode or area is none that devemu knows.
    public init(of recording: Recording, costs: CostProfile? = nil) throws(RecordingError) {
        self = try Self.once(recording, costs: costs)
        if let search = try StartSearch(for: recording, from: self, costs: costs) { self = search.best }
    }

    /// One execution from the recorded start, as ``init(of:costs:)`` begins.
    public static func once(
        _ recording: Recording, costs: CostProfile? = nil
    ) throws(RecordingError) -> Replay {
        guard let mode = AllocationMode(named: recording.mode) else {
            throw RecordingError(
                .malformed(
                    field: "mode", found: recording.mode,
                    expected: AllocationMode.named.map(\.name).joined(separator: ", ")), line: 3)
        }
        return try Replay(
            of: recording, mode: mode,
            unrecorded: mode.drainsPerCPULists
                ? UnrecordedStart()
                : recording.listsAtStart.isEmpty
                    ? UnrecordedStart(usualFor: recording.judge()) : .besideLists, costs: costs)
    }

    /// One execution from a given start.
    /// - Parameters:
    ///   - differenceLimit: the execution ends at the call with which this many differ.
    ///   - observe: is given each allocation and release, the steps it took, and whether it was exact.
    init(
        of recording: Recording, mode: AllocationMode, unrecorded: UnrecordedStart,
        costs: CostProfile? = nil, differenceLimit: Int = .max,
        observe: ((Recording.Step, Work, Bool) -> Void)? = nil
    ) throws(RecordingError) {
        self.mode = mode
        self.unrecorded = unrecorded
        judge = try recording.judge()
        let area = try MachineMemory.area(startOf: recording, costs: costs)
        defer { area.memory.end() }
        if recording.isOfSeveralTasks {
            var tasks = try TaskReplay(recording, mode: mode, on: area.memory)
            tasks.run { judge($0, number: $1, on: $2, $3, busy: $4) }
            return
        }
        area.recordsBusyWindows = true
        let cpu = recording.callingCPU
        area.memory.putAside(
            movable: unrecorded.movablePages, other: unrecorded.otherPages, batched: unrecorded.batchedPages,
            cpu: cpu)
        if let lists = unrecorded.lists { area.memory.setLists(lists, cpu: cpu) }
        let keeper = recording.keeperOfHugePages(of: area.memory.hugePagePages)
        area.putHugePagesOnList(recording.listedHugePages, cpu: keeper ?? cpu)
        for state in recording.listsAtStart {
            area.memory.setListSizes(
                least: state.highMin, most: state.highMax, batch: state.batch, cpu: state.cpu)
            area.take(over: state)
        }
        var follower =
            recording.hasListsAfterCalls
            ? ListFollower(area, mode: mode, cpu: cpu, pageBytes: try recording.pageBytes()) : nil
        area.memory.stopDecay()
        var decays = follower == nil ? recording.decays(eighth: unrecorded.decayEighth) : []
        var recordedNanoseconds = 0
        var program = unrecorded.slotBytes.map { RecordingProgram(slotBytes: $0) }
        for (index, step) in recording.steps.enumerated() {
            let bytes = recording.stepBytes[index]
            Self.touch(program?.before(step) ?? 0, on: area.memory, cpu: cpu)
            if follower != nil, step.isCall {
                follower?.before(step, recorded: recording.lists(afterStep: index, cpu: cpu))
            }
            let work = observe == nil ? Work() : area.memory.work
            let exact = exact
            switch step {
            case .allocate(let call):
                execute(call, on: area, cpu: cpu)
                guard differences.count < differenceLimit else { return }
                observe?(step, area.memory.work.since(work), self.exact > exact)
            case .release(let offset, let count, let accepted, _, _):
                if accepted { area.release(offset: offset, count: count, cpu: cpu) }
                observe?(step, area.memory.work.since(work), accepted)
            case .lists(let state):
                if state.cpu == cpu, calls > 0 {
                    follower?.after(CPUListState(state), inArea: state.inArea)
                }
            case .pages, .pin, .free, .zone, .folios: break
            }
            Self.touch(program?.after(step, bytes: bytes) ?? 0, on: area.memory, cpu: cpu)
            if !decays.isEmpty {
                recordedNanoseconds += step.nanoseconds
                while let next = decays.first, recordedNanoseconds >= next {
                    decays.removeFirst()
                    for cpu in 0..<area.memory.cpuCount { area.memory.decayLists(cpu: cpu) }
                }
            }
        }
        lists = follower?.agreement
    }

    private static func touch(_ pages: Int, on memory: MachineMemory, cpu: Int) {
        for _ in 0..<pages { _ = memory.allocatePage(for: .anonymous, cpu: cpu) }
    }

    private mutating func execute(_ call: Recording.Allocation, on area: ContiguousArea, cpu: Int) {
        let request = AllocationRequest(count: call.count, align: call.align)
        let outcome = area.allocate(request, mode: mode, cpu: cpu)
        guard call.isWhole else {
            area.adopt(request, mode: mode, instead: outcome.offset, recorded: call.offset, busy: call.busy)
            return
        }
        judge(call, number: calls + 1, on: area, outcome, busy: area.busyWindows)
    }

    /// Compares one call with the kernel's and takes over what the kernel did.
    private mutating func judge(
        _ call: Recording.Allocation, number: Int, on area: ContiguousArea, _ outcome: AllocationOutcome,
        busy: [Int]
    ) {
        let request = AllocationRequest(count: call.count, align: call.align)
        calls += 1
        kernelNanoseconds += call.nanoseconds
        emulatedNanoseconds += Int(outcome.durationNanoseconds)
        let windows = busy.prefix(Recording.busyLimit)
        if outcome.offset == call.offset, (outcome.errno?.rawValue ?? 0) == call.errno,
            windows == call.busy[...]
        {
            exact += 1
            return
        }
        differences.append(
            Difference(
                call: number, request: request,
                kernel: Decision(offset: call.offset, errno: call.errno, busy: call.busy),
                emulated: Decision(
                    offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: Array(windows))))
        area.adopt(request, mode: mode, instead: outcome.offset, recorded: call.offset, busy: call.busy)
    }
}
