/// The calls that plugins made of the host in one run; only in the record of an instrumented one.
public struct HostCallsRecord: Codable, Sendable, Hashable {
    /// Every function that was called, in the order of the host table.
    public var functions: [HostFunctionRecord]
    /// Every rule, in the order in which they were given, with what it did.
    public var injected: [InjectedRecord]

    public init(functions: [HostFunctionRecord], injected: [InjectedRecord]) {
        self.functions = functions
        self.injected = injected
    }
}

/// The calls of one host function.
public struct HostFunctionRecord: Codable, Sendable, Hashable {
    public var name: String
    public var calls: Int
    /// Emulated time between the calls' beginnings and ends, ns; calls within calls count for both.
    public var totalNanoseconds: UInt64
    public var callNanoseconds: LatencySummary

    public init(name: String, calls: Int, totalNanoseconds: UInt64, callNanoseconds: LatencySummary) {
        self.name = name
        self.calls = calls
        self.totalNanoseconds = totalNanoseconds
        self.callNanoseconds = callNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case name, calls
        case totalNanoseconds = "total_ns"
        case callNanoseconds = "call_ns"
    }
}

/// A rule by which calls were made to fail or take longer, and how many it hit.
public struct InjectedRecord: Codable, Sendable, Hashable {
    public var rule: String
    public var calls: Int

    public init(rule: String, calls: Int) {
        self.rule = rule
        self.calls = calls
    }
}
