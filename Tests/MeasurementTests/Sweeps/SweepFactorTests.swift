import Testing

@testable import Measurement

@Suite struct SweepFactorTests {
    private func levels(_ key: String, _ values: [TableValue]) throws -> [String] {
        let runs = values.map { SweepRun([$0], stall: 1) }
        return try #require(SweepResult.made(runs, keys: [key]).factors.first).levels.map(\.name)
    }

    @Test func `sizes, shares and times are written as scenes have them, by their size`() throws {
        let sizes: [TableValue] = [128 << 20, 1 << 30, 16 << 20, 3 << 19].map { .integer($0) }
        #expect(try levels("machine.areas[0].size", sizes) == ["1536K", "16M", "128M", "1G"])
        #expect(try levels("machine.fill", [.real(93.5), .integer(50)]) == ["50%", "93.5%"])
        #expect(
            try levels("background.warm_up", [.integer(2_000_000_000), .integer(1500)]) == ["1500ns", "2s"])
        #expect(try levels("camera.params.buffers", [.integer(10), .integer(9)]) == ["9", "10"])
    }

    @Test func `what is no number keeps the plan's order, behind the numbers`() throws {
        #expect(
            try levels("camera.mode", [.text("still"), .text("burst"), .integer(7)]) == [
                "7", "still", "burst",
            ])
    }

    @Test func `a strategy is a factor when there are two, and none of its own is one of them`() throws {
        let runs = [SweepRun([], strategy: nil, stall: 1), SweepRun([], strategy: "normal", stall: 2)]
        let result = try SweepResult.made(runs, keys: [])
        #expect(result.factors.map(\.name) == ["strategy"])
        #expect(result.factors[0].levels.map(\.name) == ["as-asked", "normal"])
        #expect(try SweepResult.made([runs[0]], keys: []).factors.isEmpty)
    }

    @Test func `numbers that were drawn are taken in ranges, those of a grid are not`() throws {
        var draws = SeededDraws(state: 3)
        let drawn = (0..<200).map { _ in
            SweepRun([.integer(Int64(draws.below(100_000))), .integer(Int64(draws.below(3)))], stall: 1)
        }
        let result = try SweepResult.made(drawn, keys: ["x", "y"])
        #expect(result.factors.map(\.isGrouped) == [true, false])
        #expect(result.factors[0].levels.count == 4)
        #expect(result.factors[0].levels.allSatisfy { $0.name.contains("..") })
        #expect(try #require(result.table("x")).runs.reduce(0, +) == 200)
        let grid = (0..<40).map { SweepRun([.integer($0)], stall: 1) }
        #expect(try SweepResult.made(grid, keys: ["x"]).factors[0].levels.count == 40)
    }

    @Test func `a key that does not vary is refused with the nearest that does`() throws {
        let runs = [
            SweepRun([.integer(1), .integer(5)], stall: 1), SweepRun([.integer(2), .integer(5)], stall: 1),
        ]
        func complaint(_ name: String) -> String? {
            do {
                _ = try SweepResult.made(runs, keys: ["machine.pins", "machine.cpus"], by: [name])
                return nil
            } catch { return "\(error)" }
        }
        #expect(complaint("machine.pins") == nil)
        #expect(complaint("machine.pin") == "'machine.pin' does not vary; did you mean machine.pins?")
        #expect(complaint("x") == "'x' does not vary; there are machine.pins")
        #expect(complaint("machine.cpus") == "'machine.cpus' is the same in all of these runs")
    }
}
