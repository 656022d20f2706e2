import PhysicalMemory
import Testing

@Suite struct SeededGeneratorTests {
    @Test func `the sequence of a seed is SplitMix64's`() {
        var generator = SeededGenerator(seed: 1_234_567)
        let sequence = (0..<5).map { _ in generator.next() }
        #expect(
            sequence == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test func `a number below a bound is never negative nor the bound itself`() {
        var generator = SeededGenerator(seed: 3)
        for bound in [1, 2, 3, 64, 1000, 1 << 40, .max] {
            for _ in 0..<100 { #expect((0..<bound).contains(generator.below(bound))) }
        }
    }

    @Test func `every number below a small bound comes up about equally often`() {
        var generator = SeededGenerator(seed: 4)
        var tally = [Int](repeating: 0, count: 8)
        for _ in 0..<8000 { tally[generator.below(8)] += 1 }
        #expect(tally.allSatisfy { (850...1150).contains($0) })
    }
}
