import RealModule

/// The generator behind every random choice of an emulated machine: same seed, same sequence, on
/// every platform and in every version. SplitMix64 (Steele, Lea, Flood 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// A number in 0 ..< bound by multiply and shift (Lemire 2019, without the rejection step: the
    /// bias is below bound / 2^64). `bound` is 1 or more.
    public mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Another generator, for a part of the machine that must not disturb the rest.
    public mutating func fork() -> SeededGenerator { SeededGenerator(seed: next()) }

    /// A number in 0 ..< 1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// Exponentially distributed with mean 1.
    public mutating func exponential() -> Double { -Double.log(1 - unit()) }

    /// Log-normally distributed with median 1.
    public mutating func logNormal(sigma: Double) -> Double {
        let radius = Double.sqrt(2 * exponential())
        return Double.exp(sigma * radius * Double.cos(2 * .pi * unit()))
    }

    /// Heavy-tailed: a Pareto distribution with minimum 1 and the given tail index.
    public mutating func pareto(index: Double) -> Double { Double.pow(1 - unit(), -1 / index) }
}
