/// What a comparison compares on the same machines; the raw value is its name in JSON.
public enum Contenders: String, Codable, Sendable {
    /// Strategies, on one kernel.
    case strategies
    /// Kernels, under one strategy.
    case kernels

    /// One of them.
    public var noun: String {
        switch self {
        case .strategies: "strategy"
        case .kernels: "kernel"
        }
    }
}
