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
    public var memoryPages: Int
    /// The cost profile behind all times.
    public var costs: String
    /// What else went on, in words; absent when nothing did.
    public var background: String?
    public var areas: [AreaRecord]
    public var plugin: PluginRecord
    public var devices: [DeviceRecord]
    public var log: [LogLine]
    /// The clock when the plugin returned.
    public var elapsedNanoseconds: UInt64
    /// What became of the pages' bytes; absent when the machine had none.
    public var contents: ContentsRecord?

    public init(
        seed: UInt64, mode: String, strategy: String? = nil, costs: String, memoryPages: Int,
        areas: [AreaRecord], plugin: PluginRecord,
        devices: [DeviceRecord], log: [LogLine], elapsedNanoseconds: UInt64,
        background: String? = nil, contents: ContentsRecord? = nil
    ) {
        self.seed = seed
        self.mode = mode
        self.strategy = strategy
        self.costs = costs
        self.memoryPages = memoryPages
        self.areas = areas
        self.plugin = plugin
        self.devices = devices
        self.log = log
        self.elapsedNanoseconds = elapsedNanoseconds
        self.background = background
        self.contents = contents
    }

    /// Whether every device got a buffer set it can work with.
    public var satisfied: Bool { devices.allSatisfy(\.satisfied) }

    enum CodingKeys: String, CodingKey {
        case schema, seed, mode, strategy, costs, background, areas, plugin, devices, log, contents
        case memoryPages = "memory_pages"
        case elapsedNanoseconds = "elapsed_ns"
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

/// The plugin that drove the run, by its own description.
public struct PluginRecord: Codable, Sendable, Hashable {
    public struct Setting: Codable, Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var id: String
    public var version: String
    /// FNV-1a 64 of the file, hexadecimal.
    public var contentHash: String
    /// Every parameter with the value it had, in the order of the plugin's note.
    public var parameters: [Setting]

    public init(id: String, version: String, contentHash: String, parameters: [Setting]) {
        self.id = id
        self.version = version
        self.contentHash = contentHash
        self.parameters = parameters
    }

    enum CodingKeys: String, CodingKey {
        case id, version, parameters
        case contentHash = "content_hash"
    }
}

/// A line that a plugin logged.
public struct LogLine: Codable, Sendable, Hashable {
    public var nanoseconds: UInt64
    /// Kernel log level: 3 error, 4 warning, 6 info.
    public var level: UInt32
    public var text: String

    public init(nanoseconds: UInt64, level: UInt32, text: String) {
        self.nanoseconds = nanoseconds
        self.level = level
        self.text = text
    }

    enum CodingKeys: String, CodingKey {
        case level, text
        case nanoseconds = "t_ns"
    }
}
