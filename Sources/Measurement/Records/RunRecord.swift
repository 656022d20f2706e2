/// Everything one run measured; its JSON form is the schema `devemu.run/1`.
///
/// Units are in the names: pages, or nanoseconds of emulated time.
public struct RunRecord: Codable, Sendable, Hashable {
    public static let schema = "devemu.run/1"

    public var schema = RunRecord.schema
    public var seed: UInt64
    /// The mode forced on every call, or "as-asked".
    public var mode: String
    /// The strategy that every driver gathered by; null when each did as it does.
    public var strategy: String?
    /// Pages that are there.
    public var memoryPages: Int
    /// The kernel that decided; absent in a result of devemu 0.1, which knew Linux 6.1 only.
    public var kernel: String?
    /// Bytes of a page; absent where that is ``ResultPages/bytes``.
    public var pageBytes: Int?
    /// What has to be said of that kernel's rules; absent where they were checked against recordings.
    public var kernelNote: String?
    /// Where memory begins, as a page frame number; absent where that is page 0.
    public var firstPFN: Int?
    /// The cost profile behind all times.
    public var costs: String
    /// What else went on, in words; absent when nothing did.
    public var background: String?
    /// What became of the memory of processes in the background; absent unless it was in huge pages or locked.
    public var processes: ProcessRecord?
    public var areas: [AreaRecord]
    /// Every instance of a plugin that drove the machine, in the order of the scene or the command line.
    public var plugins: [PluginRecord]
    public var devices: [DeviceRecord]
    public var log: [LogLine]
    /// The clock when the plugin returned.
    public var elapsedNanoseconds: UInt64
    /// What became of the pages' bytes; absent when the machine had none.
    public var contents: ContentsRecord?
    /// What the run showed; absent when it was not made from a scene.
    public var scene: SceneRecord?
    /// Operations that returned an error, in the order in which they did.
    public var failures: [OperationFailure]
    /// Requests of drivers that ended with less than was asked for; absent when there was none.
    public var failedRequests: FailedRequests?
    /// Every call into the contiguous allocator; absent unless it was asked for.
    public var calls: CallList?
    /// The trace that the requests came from; absent for a run of plugins.
    public var trace: TraceRecord?
    public var outcome = RunOutcome.ok
    /// Rules of the plugin interface that were broken: the first of them, and how often in all.
    public var protocolViolations: [ProtocolViolation] = []
    public var protocolViolationCount = 0
    /// Absent in a record that no run made.
    public var sandbox: SandboxRecord?
    /// What the plugins called; absent when the run was not instrumented.
    public var hostCalls: HostCallsRecord?
    /// What went on in every area; absent unless it was asked for.
    public var history: RunHistory?
    /// The command that made it; absent in a record that no command made.
    public var reproduce: Reproduction?

    public init(
        seed: UInt64, mode: String, strategy: String? = nil, kernel: String? = nil, costs: String,
        memoryPages: Int,
        areas: [AreaRecord], plugins: [PluginRecord],
        devices: [DeviceRecord], log: [LogLine], elapsedNanoseconds: UInt64,
        background: String? = nil, contents: ContentsRecord? = nil, scene: SceneRecord? = nil,
        failures: [OperationFailure] = []
    ) {
        self.seed = seed
        self.mode = mode
        self.strategy = strategy
        self.kernel = kernel
        self.costs = costs
        self.memoryPages = memoryPages
        self.areas = areas
        self.plugins = plugins
        self.devices = devices
        self.log = log
        self.elapsedNanoseconds = elapsedNanoseconds
        self.background = background
        self.contents = contents
        self.scene = scene
        self.failures = failures
    }

    /// Bytes of a page.
    public var bytesOfPage: Int { pageBytes ?? ResultPages.bytes }

    /// Whether every device got a buffer set it can work with.
    public var satisfied: Bool { devices.allSatisfy(\.satisfied) }

    /// What the first device that released too little still held when the run ended, in a line such as
    /// `3 pages were never released: 3 of buffer 0 of capture`; nil when every page came back. The requests of a
    /// trace end where the trace does, and owe nothing.
    public var leak: (device: String, text: String)? {
        guard trace == nil, let device = devices.first(where: { $0.pagesHeldAtExit > 0 }) else { return nil }
        let held = device.pagesHeldAtExit
        var text = held == 1 ? "1 page was never released" : "\(held) pages were never released"
        let places = device.leaks.compactMap { leak in
            leak.set.map { "\(leak.pages) of buffer \(leak.buffer ?? 0) of \($0)" }
        }
        text += places.first.map { ": \($0)" } ?? ", which are part of no buffer"
        if places.count > 1 { text += ", and those of \(places.count - 1) more buffers" }
        let others = devices.count { $0.pagesHeldAtExit > 0 } - 1
        if others > 0 { text += "; so it is with \(others) more devices" }
        return (device.name, text)
    }

    /// Sets the outcome of a run that came to its end, by what it recorded.
    public mutating func judge() {
        let frames = devices.first { $0.framesDamaged > 0 }
        if let first = protocolViolations.first {
            outcome = RunOutcome(.protocolViolation, text: "\(first.rule): \(first.text)")
            outcome.instance = first.instance
        } else if let device = devices.first(where: { !$0.violations.isEmpty }) {
            outcome = RunOutcome(.protocolViolation, text: "\(device.name): \(device.violations[0])")
        } else if let first = failures.first {
            outcome = RunOutcome(
                .pluginError, text: "\(first.operation) of \(first.instance) returned \(first.errno)")
            outcome.instance = first.instance
        } else if let frames {
            outcome = RunOutcome(
                .pluginError,
                text: "\(frames.name): \(frames.framesDamaged) frames did not hold what was written")
        } else if let leak {
            outcome = RunOutcome(.protocolViolation, text: "leak: \(leak.device): \(leak.text)")
        }
    }

    enum CodingKeys: String, CodingKey {
        case kernelNote = "kernel_note"
        case schema, seed, mode, strategy, kernel, costs, background, processes, areas, plugins, devices, log,
            contents
        case scene, failures, trace, outcome, sandbox, history, reproduce, calls
        case failedRequests = "failed_requests"
        case protocolViolations = "protocol_violations"
        case protocolViolationCount = "protocol_violation_count"
        case hostCalls = "host_calls"
        case memoryPages = "memory_pages"
        case pageBytes = "page_bytes"
        case firstPFN = "first_pfn"
        case elapsedNanoseconds = "elapsed_ns"
    }
}

/// The memory of processes in the background, when the run ended.
public struct ProcessRecord: Codable, Sendable, Hashable {
    /// Pages that they have, and of these locked with mlock().
    public var residentPages: Int
    public var lockedPages: Int
    /// Transparent huge pages that they have, and huge pages that were split because no free block of their size was
    /// left to move to.
    public var hugePages: Int
    public var splitHugePages: Int
    /// Pages that contiguous allocations moved to another frame, counting each move.
    public var movedPages: Int

    public init(
        residentPages: Int, lockedPages: Int, hugePages: Int, splitHugePages: Int, movedPages: Int
    ) {
        self.residentPages = residentPages
        self.lockedPages = lockedPages
        self.hugePages = hugePages
        self.splitHugePages = splitHugePages
        self.movedPages = movedPages
    }

    enum CodingKeys: String, CodingKey {
        case residentPages = "resident_pages"
        case lockedPages = "mlocked_pages"
        case hugePages = "huge_pages"
        case splitHugePages = "split_huge_pages"
        case movedPages = "moved_pages"
    }
}

/// Bytes of movable pages, checked against what their owners wrote.
public struct ContentsRecord: Codable, Sendable, Hashable {
    /// Pages whose bytes moved to another frame, counting each move.
    public var moved: Int
    /// Pages that live and hold what was written, and that do not.
    public var verified = 0
    public var damaged = 0

    public init(moved: Int) { self.moved = moved }
}

/// A line that a plugin logged.
public struct LogLine: Codable, Sendable, Hashable {
    public var nanoseconds: UInt64
    /// Kernel log level: 3 error, 4 warning, 6 info.
    public var level: UInt32
    public var text: String
    /// The instance that logged it; absent when the run has only one.
    public var instance: String?

    public init(nanoseconds: UInt64, level: UInt32, text: String, instance: String? = nil) {
        self.nanoseconds = nanoseconds
        self.level = level
        self.text = text
        self.instance = instance
    }

    enum CodingKeys: String, CodingKey {
        case level, text, instance
        case nanoseconds = "t_ns"
    }
}
