import Measurement
import Testing

@testable import Reporting

@Suite struct ComparisonSentenceTests {
    /// Ten seeds of one strategy: `satisfied` of them after `time` ms, the others never.
    private func runs(_ strategy: String, _ time: Double, satisfied: Int = 10, seeds: Int = 10) -> [RunSample]
    {
        (0..<seeds).map { seed in
            var values: [ComparedMetric: Double] = [.satisfied: seed < satisfied ? 1 : 0]
            if seed < satisfied { values[.timeToSatisfaction] = time * 1e6 }
            return RunSample(
                caseName: "quiet", device: "camera", strategy: strategy, seed: UInt64(seed), buffersWanted: 4,
                buffersMin: 2, values: values)
        }
    }

    private func sentence(_ samples: [RunSample]...) throws -> String {
        let comparison = Comparison(
            samples: samples.flatMap { $0 }, reference: "normal",
            order: .init(strategies: ["normal", "fail-fast", "cached"]))
        let verdict = try #require(comparison.verdicts.first)
        return ComparisonSentence(verdict, comparison.rows(of: verdict), reference: "normal").text
    }

    @Test func `a winner is named with its ratio to the reference`() throws {
        #expect(
            try sentence(runs("normal", 150), runs("fail-fast", 60))
                == "camera: fail-fast wins, ready after 60.0 ms, 0.40x [0.40..0.40] the time of normal.")
    }

    @Test func `the reference as a winner is named with the ratio of the next`() throws {
        #expect(
            try sentence(runs("normal", 50), runs("fail-fast", 150), runs("cached", 100))
                == "camera: normal wins, ready after 50.0 ms; the next, cached, takes 2.00x [2.00..2.00] the time."
        )
    }

    @Test func `a winner that satisfies fewer seeds is named with them`() throws {
        #expect(
            try sentence(runs("normal", 150), runs("fail-fast", 60, satisfied: 9))
                == "camera: fail-fast wins, ready after 60.0 ms, 0.40x [0.40..0.40] the time of normal; "
                + "but satisfied in 9 of 10 seeds, normal in 10.")
    }

    @Test func `a winner by satisfied seeds is named with the next`() throws {
        #expect(
            try sentence(
                runs("normal", 150), runs("fail-fast", 60, satisfied: 1), runs("cached", 60, satisfied: 2))
                == "camera: normal wins, satisfied in 10 of 10 seeds; the next, cached, in 2 of 10.")
    }

    @Test func `what is not ranked is named with the reason`() throws {
        func changed(_ samples: [RunSample], _ metric: ComparedMetric, _ value: Double) -> [RunSample] {
            samples.map { sample in
                var sample = sample
                sample.values[metric] = value
                return sample
            }
        }
        let pool = changed(changed(runs("cached", 0), .reserve, 8192), .preparation, 41.2e6)
        #expect(
            try sentence(runs("normal", 150), runs("fail-fast", 60), pool)
                == "camera: fail-fast wins, ready after 60.0 ms, 0.40x [0.40..0.40] the time of normal; "
                + "cached is not ranked: it holds 32 MiB for no device.")
        #expect(
            try sentence(runs("normal", 150), pool)
                == "camera: no winner on equal terms; cached is not ranked: it holds 32 MiB for no device.")
        let fewer = changed(runs("fail-fast", 60), .buffersGot, 3)
        #expect(
            try sentence(changed(runs("normal", 150), .buffersGot, 4), fewer)
                == "camera: no winner on equal terms; fail-fast is not ranked: it gets 3 of 4 buffers.")
        let comparison = Comparison(samples: runs("normal", 150) + pool, reference: "normal")
        #expect(
            ComparisonSentence.reserves(comparison.rows).map(\.text)
                == ["cached held 32 MiB for no device, taken in 41.2 ms before a device asked"])
    }

    @Test func `without a winner it says why`() throws {
        #expect(
            try sentence(runs("normal", 60), runs("fail-fast", 60), runs("cached", 60))
                == "camera: normal, fail-fast and cached cannot be told apart by 10 seeds: "
                + "their 95 % intervals overlap.")
        #expect(
            try sentence(runs("normal", 60, seeds: 1), runs("fail-fast", 30, seeds: 1))
                == "camera: 1 seed is too few to name a winner, 5 are needed.")
        #expect(
            try sentence(runs("normal", 60, satisfied: 2), runs("fail-fast", 30, satisfied: 0))
                == "camera: no strategy satisfies it in half of the seeds.")
        #expect(try sentence(runs("cached", 60)) == "camera: nothing to compare cached with.")
    }

    @Test func `a device that wants nothing is not judged`() throws {
        let samples = ["normal", "cached"].map {
            RunSample(
                caseName: "quiet", device: "idle", strategy: $0, seed: 1, buffersWanted: 0, buffersMin: 0,
                values: [.satisfied: 1])
        }
        #expect(try sentence(samples) == "idle: asked for no buffers.")
    }
}
