import Measurement

/// A made-up comparison of the kinds of rows that there are: fast, slow, unsatisfied and failed ones.
enum SampleComparison {
    /// Numbers of its own, so that these tests need no other module.
    private struct Noise {
        var state: UInt64

        mutating func factor() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 0.9 + 0.2 * Double(state >> 40) / 0x1p24
        }
    }

    static let order = Comparison.Order(
        cases: ["quiet", "writeback"], devices: ["camera", "display"],
        strategies: ["normal", "fail-fast", "cached", "mine.so"])

    static func samples(seeds: UInt64 = 20) -> [RunSample] {
        var samples: [RunSample] = []
        for (place, name) in order.cases.enumerated() {
            for (number, strategy) in order.strategies.enumerated() {
                for seed in 1...seeds {
                    var noise = Noise(
                        state: (seed &* 1000 &+ UInt64(number * 10 + place)) &* 0x9e37_79b9_7f4a_7c15)
                    if strategy == "mine.so", name == "writeback", seed % 9 == 3 {
                        samples.append(
                            RunSample(
                                caseName: name, strategy: strategy, seed: seed,
                                failure: "mine.so: killed by SIGSEGV in phase run"))
                        continue
                    }
                    for device in order.devices {
                        samples.append(
                            sample(name, device, strategy, seed, slow: place == 1, factor: noise.factor()))
                    }
                }
            }
        }
        return samples
    }

    private static func sample(
        _ name: String, _ device: String, _ strategy: String, _ seed: UInt64, slow: Bool, factor: Double
    ) -> RunSample {
        let isFast = strategy == "fail-fast" || strategy == "mine.so"
        let isPoor = strategy == "fail-fast" && slow && seed % 4 != 0
        let wanted = device == "camera" ? 10 : 3
        let time = (isFast ? 59.4e6 : 154e6) * factor * (slow ? 9.5 : 1) * Double(wanted) / 10
        var values: [ComparedMetric: Double] = [
            .buffersGot: Double(isPoor ? 1 : wanted), .satisfied: isPoor ? 0 : 1,
            .longestStall: (slow ? 486e6 : 5.07e6) * factor * (isFast ? 0.1 : 1), .calls: Double(wanted * 48),
            .failedCalls: isPoor ? 400 : 0, .busyRetries: (isFast ? 16 : 1354 * factor).rounded(),
            .pagesMigrated: (slow ? 13_095 * factor : 3095).rounded(), .pagesDropped: 0,
            .drains: isFast ? 0 : 12,
            .interrupts: 36, .othersWaited: 820_000 * factor, .largestFree: (3174 * factor).rounded(),
            .usableChunks: 7,
        ]
        if !isPoor { values[.timeToSatisfaction] = time.rounded() }
        return RunSample(
            caseName: name, device: device, strategy: strategy, seed: seed, buffersWanted: wanted,
            buffersMin: 2, values: values)
    }

    static let comparison = Comparison(samples: samples(), reference: "normal", order: order)
}
