public import PhysicalMemory

/// A part of a call whose time the recorder took by itself.
enum CostComponent: Int, CaseIterable {
    case isolate, disableLRU, migrate, drain, rest, release

    /// The steps that its time went into.
    var steps: [CostStep] {
        switch self {
        case .isolate: [.isolateWindow, .isolateStep, .isolateFreeBlock]
        case .disableLRU: [.disableLRUFirst, .disableLRUWindow, .disableLRUPerCPU]
        case .migrate: [.migrateWindow, .migrateBatch, .migratePage, .migrateAttempt, .dropPage]
        case .drain: [.drainWindow, .drainPages]
        case .rest: [.call, .window, .takePage, .edgePage]
        case .release: [.release, .releasePage]
        }
    }
}

/// What a recording says of costs: how often the replayed calls took each step, and how long the
/// recorded kernel was at it.
public struct CostSamples: Sendable {
    /// Steps and times of several calls together.
    struct Sums: Sendable {
        /// By `CostStep`.
        var counts = [Double](repeating: 0, count: CostStep.allCases.count)
        /// By `CostComponent`, ns.
        var nanoseconds = [Double](repeating: 0, count: CostComponent.allCases.count)

        mutating func add(_ other: Sums) {
            for index in counts.indices { counts[index] += other.counts[index] }
            for index in nanoseconds.indices { nanoseconds[index] += other.nanoseconds[index] }
        }
    }

    public let name: String
    /// The kernel that judged the recording.
    public let judge: Kernel
    /// Components that the mode takes part in. The recorder's two clock readings around a step that
    /// is skipped still show, as some 375 ns a window: they are no cost of the kernel.
    let measured: [CostComponent]
    /// The calls that found cold caches, and the others cut into stretches of equal numbers of calls.
    let early: Sums
    let stretches: [Sums]
    /// Steps of all allocations, and their recorded time, ns.
    let allocations: Sums
    public let recordedNanoseconds: Int
    public let calls: Int
    public let exact: Int

    /// The first calls after boot take many times longer, and falling.
    static let earlyCalls = 8
    /// Stretches of a recording. Single calls scatter tenfold; sums of a few dozen do not, and what
    /// befell one stretch (an interrupt, a stall of the host) can be told from what befalls all.
    private static let stretchCount = 16

    /// Replays the recording in its mode. Calls with another decision than the kernel's say nothing of
    /// costs and count only in the totals.
    /// - Throws: `RecordingError` when the recording cannot be replayed call by call.
    public init(of recording: Recording, name: String) throws(RecordingError) {
        guard !StatisticalReplay.applies(to: recording) else {
            throw RecordingError(
                .inconsistent("the recording of a busy machine cannot be replayed call by call"), line: 3)
        }
        guard !recording.isOfSeveralTasks else {
            throw RecordingError(
                .inconsistent("the times of calls of several tasks include waiting for each other"), line: 3)
        }
        self.name = name
        let replay = try Replay(of: recording)
        judge = replay.judge
        let mode = replay.mode
        measured = CostComponent.allCases.filter {
            switch $0 {
            case .disableLRU: mode.disablesLRUCache
            case .drain: mode.drainsPerCPULists
            case .isolate, .migrate, .rest, .release: true
            }
        }
        var usable: [Sums] = []
        var early = Sums()
        var allocations = Sums()
        var calls = 0
        var recordedNanoseconds = 0
        _ = try Replay(of: recording, mode: mode, unrecorded: replay.unrecorded) {
            step, work, isExact in
            var sums = Sums()
            for step in CostStep.allCases { sums.counts[step.rawValue] = Double(work[step]) }
            switch step {
            case .allocate(let call):
                sums.nanoseconds = Self.times(of: call)
                calls += 1
                allocations.add(sums)
                recordedNanoseconds += call.nanoseconds
                if calls <= Self.earlyCalls {
                    early.add(sums)
                } else if isExact {
                    usable.append(sums)
                }
            case .release(_, _, _, let nanoseconds, _):
                sums.nanoseconds[CostComponent.release.rawValue] = Double(nanoseconds)
                if isExact, calls > Self.earlyCalls { usable.append(sums) }
            case .pages, .pin, .free, .zone, .lists, .folios: break
            }
        }
        self.early = early
        self.allocations = allocations
        self.recordedNanoseconds = recordedNanoseconds
        self.calls = calls
        exact = replay.exact
        let count = min(Self.stretchCount, usable.count)
        stretches = (0..<count).map { index in
            usable[usable.count * index / count..<usable.count * (index + 1) / count]
                .reduce(into: Sums()) { $0.add($1) }
        }
    }

    private static func times(of call: Recording.Allocation) -> [Double] {
        let parts = [
            call.isolateNanoseconds, call.disableLRUNanoseconds, call.migrateNanoseconds,
            call.drainNanoseconds,
        ]
        return (parts + [max(call.nanoseconds - parts.reduce(0, +), 0), 0]).map(Double.init)
    }

    /// The same calls with the costs of a profile, ns.
    public func emulatedNanoseconds(_ profile: CostProfile) -> Double {
        CostStep.allCases.reduce(0) { $0 + allocations.counts[$1.rawValue] * profile.nanoseconds($1) }
    }

    /// Emulated by recorded time.
    public func ratio(_ profile: CostProfile) -> Double {
        emulatedNanoseconds(profile) / Double(max(recordedNanoseconds, 1))
    }
}
