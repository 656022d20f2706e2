/// How a run ended.
public struct RunOutcome: Codable, Sendable, Hashable {
    /// The names are fixed; none is ever given another meaning.
    public enum Name: String, Codable, Sendable, CaseIterable {
        /// Every operation returned success, every rule was kept; satisfied or not.
        case ok
        /// An operation returned an error, or frames did not hold what had been written.
        case pluginError = "plugin-error"
        /// A plugin was not loaded.
        case refused
        /// A signal killed the plugin's process.
        case crashed
        /// It had not ended after its time.
        case timedOut = "timed-out"
        /// It used more memory, processor time, threads or disk than it may.
        case exceeded
        /// It broke a rule of devemu/plugin.h, or one that every device has, such as to release its pages.
        case protocolViolation = "protocol-violation"
        /// Its process went without a trace, as when somebody else killed it.
        case lost
    }

    /// The call of the host that was the last to begin.
    public struct Call: Codable, Sendable, Hashable {
        /// 1 for the first call of the run.
        public var number: UInt64
        public var function: String
        public var arguments: String
        /// Whether it had returned.
        public var returned: Bool

        public init(number: UInt64, function: String, arguments: String, returned: Bool) {
            self.number = number
            self.function = function
            self.arguments = arguments
            self.returned = returned
        }
    }

    public var name: Name
    /// What happened, in a line; empty for `ok`.
    public var text: String
    /// The file of the plugin concerned, and the instance whose code ran.
    public var plugin: String?
    public var instance: String?
    /// Part of the run: inspect, load, run or report.
    public var phase: String?
    /// As signal(7) spells it.
    public var signal: String?
    /// Where in the plugin, as `symbol+0x1c`.
    public var function: String?
    /// memory, cpu, threads, file or scratch, when that was exceeded.
    public var limit: String?
    public var call: Call?
    /// Whether this record is whole up to the last call of the host; null for a run that came to its end.
    public var keepsResults: Bool?

    public init(_ name: Name, text: String = "") {
        self.name = name
        self.text = text
    }

    public static let ok = RunOutcome(.ok)

    enum CodingKeys: String, CodingKey {
        case name, text, plugin, instance, phase, signal, function, limit, call
        case keepsResults = "keeps_results"
    }
}

/// A rule of the plugin interface that a plugin broke and that was answered with an error.
public struct ProtocolViolation: Codable, Sendable, Hashable {
    /// The rule's name, for example `double-release`.
    public var rule: String
    public var instance: String
    /// The function of the host that was called, and the number of the call.
    public var function: String
    public var call: UInt64
    /// The emulated machine's clock.
    public var nanoseconds: UInt64
    /// What was wrong, in a line.
    public var text: String

    public init(
        rule: String, instance: String, function: String, call: UInt64, nanoseconds: UInt64, text: String
    ) {
        self.rule = rule
        self.instance = instance
        self.function = function
        self.call = call
        self.nanoseconds = nanoseconds
        self.text = text
    }

    enum CodingKeys: String, CodingKey {
        case rule, instance, function, call, text
        case nanoseconds = "t_ns"
    }
}

/// What kept the plugins from doing harm.
public struct SandboxRecord: Codable, Sendable, Hashable {
    /// Whether they had a process of their own, with limits.
    public var process: Bool
    /// Whether landlock(7) held writing to a scratch folder.
    public var landlock: Bool
    /// Whether network, programs and other processes were out of reach, by seccomp(2).
    public var seccomp: Bool
    /// The revision of Landlock that was in force, 0 for none; nil in records of versions before 0.2.
    public var landlockRevision: Int?
    /// Whether the process kept capabilities(7), as one of root would; nil in those.
    public var capabilities: Bool?
    /// What was missing of a whole sandbox, each in a few words; nil in those.
    public var notInForce: [String]?

    public init(process: Bool, landlock: Bool, seccomp: Bool) {
        self.process = process
        self.landlock = landlock
        self.seccomp = seccomp
    }

    enum CodingKeys: String, CodingKey {
        case process, landlock, seccomp, capabilities
        case landlockRevision = "landlock_revision"
        case notInForce = "not_in_force"
    }
}
