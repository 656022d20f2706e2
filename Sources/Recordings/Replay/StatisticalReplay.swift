public import PhysicalMemory

/// A recording whose machine was busy writing files: run again from its scenario's parameters with
/// several seeds, and compared by counts and distributions instead of call by call.
public struct StatisticalReplay: Sendable {
    /// What a series of calls came to.
    public struct Figures: Sendable, Hashable {
        public var chunksGot = 0.0
        public var calls = 0.0
        public var busyRetries = 0.0
        public var pagesMigrated = 0.0
        public var migrateFailed = 0.0
        public var totalNanoseconds = 0.0
        public var p50Nanoseconds = 0.0
        public var p99Nanoseconds = 0.0
        public var maxNanoseconds = 0.0

        init() {}

        /// Figures of one series from its calls.
        init(_ calls: [(got: Bool, busy: Int, migrated: Int, failed: Int, nanoseconds: Int)]) {
            let times = calls.map(\.nanoseconds).sorted()
            func rank(_ share: Double) -> Double {
                times.isEmpty ? 0 : Double(times[min(Int(share * Double(times.count)), times.count - 1)])
            }
            chunksGot = Double(calls.reduce(0) { $0 + ($1.got ? 1 : 0) })
            self.calls = Double(calls.count)
            busyRetries = Double(calls.reduce(0) { $0 + $1.busy })
            pagesMigrated = Double(calls.reduce(0) { $0 + $1.migrated })
            migrateFailed = Double(calls.reduce(0) { $0 + $1.failed })
            totalNanoseconds = Double(times.reduce(0, +))
            p50Nanoseconds = rank(0.5)
            p99Nanoseconds = rank(0.99)
            maxNanoseconds = Double(times.last ?? 0)
        }

        /// The mean of several series, figure by figure.
        init(meanOf all: [Figures]) {
            func mean(_ figure: (Figures) -> Double) -> Double {
                all.isEmpty ? 0 : all.reduce(0) { $0 + figure($1) } / Double(all.count)
            }
            chunksGot = mean(\.chunksGot)
            calls = mean(\.calls)
            busyRetries = mean(\.busyRetries)
            pagesMigrated = mean(\.pagesMigrated)
            migrateFailed = mean(\.migrateFailed)
            totalNanoseconds = mean(\.totalNanoseconds)
            p50Nanoseconds = mean(\.p50Nanoseconds)
            p99Nanoseconds = mean(\.p99Nanoseconds)
            maxNanoseconds = mean(\.maxNanoseconds)
        }
    }

    public let mode: AllocationMode
    public let kernel: Figures
    /// Emulated time that passed on all the machines together, from their start to the last call, ns.
    public let elapsedNanoseconds: UInt64
    /// One a seed, and their mean.
    public let runs: [Figures]
    /// The kernel that judged them.
    public let judge: Kernel
    public var emulated: Figures { Figures(meanOf: runs) }

    /// Whether the recording is of this kind: processes wrote files meanwhile.
    public static func applies(to recording: Recording) -> Bool { recording.scenario("bg") != nil }

    /// Runs the scenario once for each seed. Nothing of the recorded state is used.
    ///
    /// - Parameter isInterrupted: asked after each seed; when it says so, the rest are left.
    public init(
        of recording: Recording, seeds: some Sequence<UInt64>, costs: CostProfile? = nil,
        isInterrupted: () -> Bool = { false }
    ) throws(RecordingError) {
        var scenario = try BusyScenario(recording)
        scenario.costs = costs
        mode = scenario.mode
        judge = scenario.kernel
        kernel = Figures(
            recording.steps.compactMap { step in
                guard case .allocate(let call) = step else { return nil }
                return (
                    call.offset != nil, call.busy.count, call.migrated, call.migrateFailed, call.nanoseconds
                )
            })
        var runs: [Figures] = []
        var elapsed: UInt64 = 0
        for seed in seeds {
            let run = try scenario.run(seed: seed)
            runs.append(run.figures)
            elapsed += run.elapsedNanoseconds
            if isInterrupted() { break }
        }
        self.runs = runs
        elapsedNanoseconds = elapsed
    }
}

/// The parameters of a scenario with file writers.
struct BusyScenario {
    let mode: AllocationMode
    let kernel: Kernel
    var costs: CostProfile?
    private let line = 3
    private let memoryPages: Int
    private let cpus: Int
    private let area: AreaGeometry
    private let load: WriterLoad
    private let warmUpNanoseconds: UInt64
    private let request: AllocationRequest
    private let calls: Int
    /// The recording program switches to normal mode after the first failure, until it has enough.
    private let switchesToNormal: Bool

    /// Far more than any recording has, and still over in minutes.
    private static let mostCalls = 1 << 20

    /// Pause of the recording program between two calls: writing its record down.
    private static let pause: UInt64 = 40_000

    init(_ recording: Recording) throws(RecordingError) {
        func number(_ key: String, upTo limit: Int = 1 << 40) throws(RecordingError) -> Int {
            let text = recording.scenario(key) ?? ""
            guard let value = Int(text), (0...limit).contains(value) else {
                throw RecordingError(
                    .malformed(field: key, found: text, expected: "a number from 0 to \(limit)"), line: 3)
            }
            return value
        }
        guard let mode = AllocationMode(named: recording.mode) else {
            throw RecordingError(
                .malformed(field: "mode", found: recording.mode, expected: "a known mode"), line: line)
        }
        guard
            let area = recording.areas.first.flatMap({
                AreaGeometry(ranges: $0.ranges, orderPerBit: $0.orderPerBit)
            }),
            let memory = MachineState.pages(
                of: recording.scenario("mem") ?? "", pageShift: MachineState.pageShift(of: recording.kernel))
        else { throw RecordingError(.inconsistent("mem or the area cannot be read"), line: line) }
        self.mode = mode
        kernel = try recording.judge()
        self.area = area
        memoryPages = memory
        cpus = try recording.cpus()
        load = WriterLoad(
            writers: min(try number("bg"), 64),
            diskBytesPerSecond: max(try number("disk_bytes_per_s"), 1_000_000))
        warmUpNanoseconds = UInt64(min(try number("warm"), 3600)) * 1_000_000_000
        request = AllocationRequest(count: try number("count"), align: try number("align"))
        calls = try number("n", upTo: Self.mostCalls)
        switchesToNormal = recording.scenario("scn") == "retry2"
    }

    func run(
        seed: UInt64
    ) throws(RecordingError) -> (figures: StatisticalReplay.Figures, elapsedNanoseconds: UInt64) {
        let memory: MachineMemory
        do {
            memory = try MachineMemory(
                pages: memoryPages, cpus: cpus, areas: [area], kernel: kernel, costs: costs)
        } catch {
            throw RecordingError(.inconsistent("\(error)"), line: 4)
        }
        defer { memory.end() }
        guard let area = memory.areas.first else { throw RecordingError(.missing("area"), line: 4) }
        let background = BackgroundProcesses(on: memory, load: BackgroundLoad(writers: load), seed: seed)
        defer { withExtendedLifetime(background) {} }
        var generator = SeededGenerator(seed: seed)
        memory.timeline.advance(by: warmUpNanoseconds + UInt64(generator.uniform(in: 0.5e8...1.5e8)))
        var log: [(got: Bool, busy: Int, migrated: Int, failed: Int, nanoseconds: Int)] = []
        var got = 0
        var mode = mode
        while switchesToNormal ? got < calls && log.count < 3 * calls : log.count < calls {
            let outcome = area.allocate(request, mode: mode, cpu: background.leastLoadedCPU)
            log.append(
                (
                    outcome.offset != nil, outcome.busyRetries, outcome.pagesMigrated, outcome.migrateFailed,
                    Int(outcome.durationNanoseconds)
                ))
            got += outcome.offset == nil ? 0 : 1
            if switchesToNormal, outcome.offset == nil { mode = .normal }
            memory.timeline.advance(by: Self.pause)
        }
        return (StatisticalReplay.Figures(log), memory.timeline.now)
    }
}
