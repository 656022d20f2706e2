/// One instance of a plugin that drove the run, by the plugin's own description.
public struct PluginRecord: Codable, Sendable, Hashable {
    public struct Setting: Codable, Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the instance is called: by the scene, or after the plugin's file.
    public var name: String
    public var id: String
    public var version: String
    /// FNV-1a 64 of the file, hexadecimal.
    public var contentHash: String
    /// Every parameter with the value it had, in the order of the plugin's note.
    public var parameters: [Setting]
    /// Operations that were called, and those that returned an error.
    public var operations = 0
    public var failedOperations = 0
    /// Those that began late, because the one before had not returned, and the latest of them, ns.
    public var lateOperations = 0
    public var latestNanoseconds: UInt64 = 0

    public init(name: String, id: String, version: String, contentHash: String, parameters: [Setting]) {
        self.name = name
        self.id = id
        self.version = version
        self.contentHash = contentHash
        self.parameters = parameters
    }

    enum CodingKeys: String, CodingKey {
        case name, id, version, parameters, operations
        case contentHash = "content_hash"
        case failedOperations = "failed_operations"
        case lateOperations = "late_operations"
        case latestNanoseconds = "latest_ns"
    }
}

/// The scene that a run shows.
public struct SceneRecord: Codable, Sendable, Hashable {
    /// After its file.
    public var name: String
    /// One line, by the scene itself.
    public var summary: String
    /// The clock when the scene began, ns: its times count from there.
    public var startNanoseconds: UInt64

    public init(name: String, summary: String, startNanoseconds: UInt64) {
        self.name = name
        self.summary = summary
        self.startNanoseconds = startNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case name, summary
        case startNanoseconds = "start_ns"
    }
}

/// An operation that returned an error.
public struct OperationFailure: Codable, Sendable, Hashable {
    public var instance: String
    public var operation: String
    /// The clock when it was called, ns.
    public var nanoseconds: UInt64
    /// What it returned; not zero.
    public var code: Int64
    /// The name of an errno, such as ENOMEM for -12; the code in digits when it is none.
    public var errno: String

    public init(instance: String, operation: String, nanoseconds: UInt64, code: Int64, errno: String) {
        self.instance = instance
        self.operation = operation
        self.nanoseconds = nanoseconds
        self.code = code
        self.errno = errno
    }

    enum CodingKeys: String, CodingKey {
        case instance, operation, code, errno
        case nanoseconds = "t_ns"
    }
}
