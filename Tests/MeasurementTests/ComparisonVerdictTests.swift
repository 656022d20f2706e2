import Measurement
import Testing

@Suite struct ComparisonVerdictTests {
    private static let fast = (0..<10).map { 50e6 + Double($0) * 1e6 }
    private static let slow = (0..<10).map { 150e6 + Double($0) * 1e6 }
    private static let between = (0..<10).map { $0 % 2 == 0 ? 51e6 : 58e6 }

    private func verdict(_ samples: [RunSample]...) throws -> ComparisonVerdict {
        let comparison = Comparison(
            samples: samples.flatMap { $0 }, reference: "normal",
            order: .init(strategies: ["normal", "fail-fast", "cached"]))
        return try #require(comparison.verdicts.first)
    }

    @Test func `of equally satisfied strategies, one that is faster than each other wins`() throws {
        let verdict = try verdict(
            runs("normal", Self.slow), runs("fail-fast", Self.fast), runs("cached", Self.slow))
        #expect(verdict.winner == "fail-fast")
        #expect(verdict.best == ["fail-fast"])
        #expect(verdict.basis == .faster)
    }

    @Test func `strategies whose intervals overlap are not told apart`() throws {
        let verdict = try verdict(
            runs("normal", Self.slow), runs("fail-fast", Self.fast), runs("cached", Self.between))
        #expect(verdict.winner == nil)
        #expect(verdict.best == ["fail-fast", "cached"])
        #expect(verdict.basis == .inseparable)
    }

    @Test func `equal times are not told apart`() throws {
        let verdict = try verdict(runs("normal", Self.fast), runs("fail-fast", Self.fast))
        #expect(verdict.best == ["normal", "fail-fast"])
        #expect(verdict.basis == .inseparable)
    }

    @Test func `one that satisfies more seeds beats a faster one`() throws {
        let seldom = Self.fast.enumerated().map { $0.offset < 2 ? $0.element : nil }
        let verdict = try verdict(runs("normal", Self.slow), runs("fail-fast", seldom))
        #expect(verdict.winner == "normal")
        #expect(verdict.basis == .moreSatisfied)
    }

    @Test func `a fast one that often fails to satisfy is not named over a slow one that never does`() throws
    {
        // Six of ten are too few to be ruled out, and too few to be sure of the median.
        let often = Self.fast.enumerated().map { $0.offset < 6 ? $0.element : nil }
        let verdict = try verdict(runs("normal", Self.slow), runs("fail-fast", often))
        #expect(verdict.winner == nil)
        #expect(verdict.best == ["normal", "fail-fast"])
    }

    @Test func `crashes count like seeds that are not satisfied`() throws {
        let verdict = try verdict(
            runs("normal", Self.slow),
            runs("fail-fast", Array(Self.fast.prefix(2))), failedRuns("fail-fast", count: 8, first: 3))
        #expect(verdict.winner == "normal")
        #expect(verdict.basis == .moreSatisfied)
    }

    @Test func `nobody wins when nobody satisfies half of the seeds`() throws {
        let never = [Double?](repeating: nil, count: 10)
        let verdict = try verdict(runs("normal", never), runs("fail-fast", never))
        #expect(verdict.winner == nil)
        #expect(verdict.basis == .neverSatisfied)
    }

    @Test func `few seeds name no winner, however clear`() throws {
        let few = try verdict(
            runs("normal", Array(Self.slow.prefix(4))), runs("fail-fast", Array(Self.fast.prefix(4))))
        #expect(few.winner == nil)
        #expect(few.basis == .tooFewRuns)
        let enough = try verdict(
            runs("normal", Array(Self.slow.prefix(5))), runs("fail-fast", Array(Self.fast.prefix(5))))
        #expect(enough.winner == "fail-fast")
    }

    @Test func `a strategy that holds memory for no device is not ranked, however fast`() throws {
        let pool = runs("cached", [Double?](repeating: 0, count: 10)).map { sample in
            var sample = sample
            sample.values[.reserve] = 8192
            return sample
        }
        let verdict = try verdict(runs("normal", Self.slow), runs("fail-fast", Self.fast), pool)
        #expect(verdict.winner == "fail-fast")
        #expect(verdict.reserved == ["cached"])
        let two = try self.verdict(runs("normal", Self.slow), pool)
        #expect(two.winner == nil)
        #expect(two.basis == .unequalTerms)
        #expect(two.best == ["normal"])
    }

    @Test func `strategies that all hold as much are ranked among themselves`() throws {
        func holding(_ samples: [RunSample]) -> [RunSample] {
            samples.map { sample in
                var sample = sample
                sample.values[.reserve] = 100
                return sample
            }
        }
        let verdict = try verdict(holding(runs("normal", Self.slow)), holding(runs("fail-fast", Self.fast)))
        #expect(verdict.winner == "fail-fast")
        #expect(verdict.reserved.isEmpty)
    }

    @Test func `one that is satisfied with fewer buffers is not ranked by its time`() throws {
        let fewer = runs("fail-fast", Self.fast).map { sample in
            var sample = sample
            sample.values[.buffersGot] = 3
            return sample
        }
        let two = try verdict(runs("normal", Self.slow), fewer)
        #expect(two.winner == nil)
        #expect(two.basis == .unequalTerms)
        #expect(two.best == ["normal", "fail-fast"])
        #expect(two.withFewerBuffers == ["fail-fast"])
        let three = try verdict(
            runs("normal", Self.slow), fewer, runs("cached", Self.slow.map { $0 * 3 }))
        #expect(three.winner == "normal")
        #expect(three.basis == .faster)
    }

    @Test func `runs that crash got no buffers`() throws {
        let crashing =
            runs("fail-fast", Array(Self.fast.prefix(9))) + failedRuns("fail-fast", count: 1, first: 10)
        let comparison = Comparison(samples: crashing + runs("normal", Self.slow), reference: "normal")
        let row = try #require(comparison.rows.first { $0.strategy == "fail-fast" })
        #expect(row[.buffersGot].value == 3.6)
    }

    @Test func `a strategy alone has won against nobody`() throws {
        let verdict = try verdict(runs("normal", Self.fast))
        #expect(verdict.winner == nil)
        #expect(verdict.best == ["normal"])
        #expect(verdict.basis == .onlyOne)
    }
}
