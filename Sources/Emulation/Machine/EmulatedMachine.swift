public import AllocationStrategies
public import Measurement
public import PhysicalMemory
public import Recordings

/// A machine with contiguous areas, and the devices whose drivers allocate from them.
///
/// Every operation takes plain indices, checked here: whoever drives the machine may be wrong.
public final class EmulatedMachine {
    public let configuration: MachineConfiguration
    public let clock: Timeline
    /// The default area, which serves devices that have none of their own.
    public var area: ContiguousArea { areas[0].area }

    let areas: [EmulatedArea]
    var devices: [EmulatedDevice] = []
    var sets: [BufferSet] = []
    /// Where each buffer is, by its number.
    var buffers: [(set: Int, index: Int)] = []
    /// Frames that devices have written, each with a number of its own.
    var framesWritten: UInt64 = 0
    private var log: [LogLine] = []
    /// Hears every log line when it comes, and the progress of buffer sets as lines of level 7.
    public var onLine: ((LogLine) -> Void)?
    var requests = RequestLog()
    /// Whether devices' records tell how many of their calls took how long.
    public var recordsLatencies = false
    private let background: BackgroundProcesses?
    let audit: ContentsAudit?
    /// Strategies that came from plugins, by name.
    let loadedStrategies: [String: any GatheringStrategy]

    /// Most devices, buffer sets and log lines that one run may create.
    public static let deviceLimit = 1000
    public static let setLimit = 100_000
    public static let logLimit = 1000
    /// Bytes that the name of a device has at most, in UTF-8.
    static let deviceNameLimit = 64

    /// - Parameter loaded: strategies that are not in devemu's table, by the name under which the
    ///   configuration asks for them.
    /// - Parameter recordsHistory: whether the record tells what went on in every area.
    /// - Parameter onTrace: hears of every line that a kernel would write to its trace; nil for nobody.
    public init(
        _ configuration: MachineConfiguration, loaded: [String: any GatheringStrategy] = [:],
        recordsHistory: Bool = false, onTrace: ((String) -> Void)? = nil
    ) throws(RecordingError) {
        self.configuration = configuration
        loadedStrategies = loaded
        let memory = try Self.memory(of: configuration)
        clock = memory.timeline
        if configuration.hasContents {
            audit = ContentsAudit(memory)
            guard audit != nil else {
                throw RecordingError(.inconsistent("the system has no memory for the pages' bytes"), line: 0)
            }
        } else {
            audit = nil
        }
        if configuration.background.isEmpty {
            background = nil
        } else {
            background = BackgroundProcesses(
                on: memory, load: configuration.background, seed: configuration.seed)
            clock.advance(by: configuration.warmUpNanoseconds)
        }
        areas = zip(configuration.areas, memory.areas).map { EmulatedArea(name: $0.name, area: $1) }
        if let onTrace { trace(to: onTrace) }
        if recordsHistory { recordHistory() }
        if let strategy = configuration.strategy {
            for area in areas { _ = instance(of: strategy, in: area) }
        }
    }

    private static func memory(of configuration: MachineConfiguration) throws(RecordingError) -> MachineMemory
    {
        switch configuration.start {
        case .generated(let fill, let pins):
            do {
                return try configuration.generate(fill: fill, pins: pins)
            } catch {
                throw RecordingError(.inconsistent("\(error)"), line: 0)
            }
        case .recorded(let state):
            return try MachineMemory.start(
                of: state, kernel: configuration.kernel, costs: configuration.costs)
        }
    }

    /// The CPU that drivers run on.
    var cpu: Int { background?.leastLoadedCPU ?? 0 }

    /// What became of the memory of processes; nil unless it is of a kind that is asked about.
    private var processRecord: ProcessRecord? {
        guard let load = configuration.background.anonymous, load.usesHugePages || load.isLocked,
            let memory = background?.processMemory
        else { return nil }
        return ProcessRecord(
            residentPages: memory.residentPages, lockedPages: load.isLocked ? memory.residentPages : 0,
            hugePages: memory.hugePages, splitHugePages: memory.splitHugePages,
            movedPages: memory.movedPages)
    }

    /// Lets emulated time pass.
    public func sleep(nanoseconds: UInt64) { clock.advance(by: nanoseconds) }

    /// Adds a line to the run's log; lines past the limit are dropped.
    ///
    /// - Parameter instance: who says it, where several instances of plugins can.
    public func log(level: UInt32, _ text: String, from instance: String? = nil) {
        guard log.count < Self.logLimit else { return }
        let line = LogLine(nanoseconds: clock.now, level: level, text: text, instance: instance)
        log.append(line)
        onLine?(line)
    }

    /// What has been measured until now.
    ///
    /// - Parameters:
    ///   - plugins: the instances that drove the machine.
    ///   - scene: the scene that they were part of.
    ///   - failures: operations of theirs that returned an error.
    public func record(
        plugins: [PluginRecord], scene: SceneRecord? = nil, failures: [OperationFailure] = []
    ) -> RunRecord {
        var record = RunRecord(
            seed: configuration.seed,
            mode: configuration.forcedMode?.name(on: configuration.kernel) ?? "as-asked",
            strategy: configuration.strategy?.name, kernel: configuration.kernel.name,
            costs: configuration.costsName,
            memoryPages: configuration.presentPages,
            areas: areas.map(\.record), plugins: plugins,
            devices: devices.indices.map { deviceRecord($0) }, log: log, elapsedNanoseconds: clock.now,
            background: configuration.background.isEmpty ? nil : configuration.background.summary,
            contents: audit?.verify(), scene: scene, failures: failures)
        record.kernelNote = configuration.kernel.note
        record.failedRequests = requests.failed.count > 0 ? requests.failed : nil
        record.calls = requests.calls
        record.processes = processRecord
        record.firstPFN = configuration.firstPFN == 0 ? nil : configuration.firstPFN
        let geometry = configuration.geometry
        record.pageBytes = geometry.pageBytes == PageGeometry.standard.pageBytes ? nil : geometry.pageBytes
        let histories = areas.compactMap { $0.history?.history }
        if !histories.isEmpty { record.history = RunHistory(areas: histories) }
        return record
    }
}
