/// What one device made of one run: a strategy, in a case, from the start that a seed gives.
///
/// Samples with the same case and seed start from the same memory, whatever the strategy: they are pairs.
public struct RunSample: Codable, Sendable, Hashable {
    public var caseName: String
    /// Nil for a run that ended before its devices were known: it counts for each device of its case.
    public var device: String?
    public var strategy: String
    public var seed: UInt64
    public var buffersWanted: Int
    /// Buffers below which the device cannot work.
    public var buffersMin: Int
    /// Without an entry where there is no value: a device that was never satisfied has no time.
    public var values: [ComparedMetric: Double]
    /// Why the run came to no result, in one line; nil when it came to one.
    public var failure: String?

    /// A run that came to its result, good or bad.
    public init(
        caseName: String, device: String, strategy: String, seed: UInt64, buffersWanted: Int, buffersMin: Int,
        values: [ComparedMetric: Double]
    ) {
        self.caseName = caseName
        self.device = device
        self.strategy = strategy
        self.seed = seed
        self.buffersWanted = buffersWanted
        self.buffersMin = buffersMin
        self.values = values
    }

    /// A run that crashed, hung or was refused.
    public init(caseName: String, strategy: String, seed: UInt64, failure: String) {
        self.caseName = caseName
        self.strategy = strategy
        self.seed = seed
        self.failure = failure
        buffersWanted = 0
        buffersMin = 0
        values = [:]
    }

    enum CodingKeys: String, CodingKey {
        case device, strategy, seed, values, failure
        case caseName = "case"
        case buffersWanted = "buffers_wanted"
        case buffersMin = "buffers_min"
    }
}
