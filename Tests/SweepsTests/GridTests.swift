import Scenes
import Testing

@testable import Sweeps

@Suite struct GridTests {
    /// The texts of every combination of a grid.
    static func points(_ grid: String) throws -> [[String]] {
        try Grid(parsing: Array(grid.utf8)).points.map { $0.map(\.text) }
    }

    static func values(_ range: String, sample: String = "") throws -> [String] {
        try points("summary: s\nplugins: [p.so]\nvary: {machine.pins: \(range)}\n\(sample)").map { $0[0] }
    }

    @Test func `every combination is there once, the last key varies fastest`() throws {
        let points = try Self.points(
            """
            summary: all of them
            scene: a.yaml
            vary:
              machine.pins: [0, 300]
              camera.params.buffers: {from: 2, to: 4, step: 1}
              machine.fill: 93%
            """)
        #expect(
            points == [
                ["0", "2", "93%"], ["0", "3", "93%"], ["0", "4", "93%"], ["300", "2", "93%"],
                ["300", "3", "93%"],
                ["300", "4", "93%"],
            ])
    }

    @Test func `a grid that varies nothing is one run`() throws {
        let grid = try Grid(parsing: Array("summary: one\nplugins: camera.so\n".utf8))
        #expect(grid.points.map { $0.count } == [0])
        #expect(grid.points.count == 1)
        #expect(grid.strategies.isEmpty)
        #expect(grid.seeds == .init(first: nil, count: 1))
    }

    @Test(arguments: [
        ("{from: 0, to: 500, step: 200}", ["0", "200", "400"]),
        ("{from: 16M, to: 64M, step: 16M}", ["16M", "32M", "48M", "64M"]),
        ("{from: 0, to: 1G, step: 512M}", ["0", "512M", "1G"]),
        ("{from: 500us, to: 2ms, step: 500us}", ["500us", "1ms", "1500us", "2ms"]),
        ("{from: 20%, to: 95%, step: 37.5%}", ["20%", "57.5%", "95%"]),
        ("{from: -20, to: 19, step: 13}", ["-20", "-7", "6", "19"]),
        ("{from: 0.5, to: 1, step: 0.25}", ["0.5", "0.75", "1"]),
        ("{from: 16M, to: 256M, count: 5, scale: log}", ["16M", "32M", "64M", "128M", "256M"]),
        ("{from: 1, to: 1000, count: 4, scale: log}", ["1", "10", "100", "1000"]),
        ("{from: 0, to: 10, count: 5}", ["0", "3", "5", "8", "10"]),
        ("{from: 1M, to: 3M, count: 9}", ["1M", "2M", "3M"]),
    ])
    func `a range has the values that it says, as scenes write them`(range: String, values: [String]) throws {
        #expect(try Self.values(range) == values)
    }

    @Test func `seeds are a number, or begin where it is said`() throws {
        func seeds(_ text: String) throws -> Grid.Seeds {
            try Grid(parsing: Array("summary: s\nplugins: [p.so]\nseeds: \(text)\n".utf8)).seeds
        }
        #expect(try seeds("10") == .init(first: nil, count: 10))
        #expect(try seeds("{first: 5, count: 3}") == .init(first: 5, count: 3))
    }
}

@Suite struct GridSampleTests {
    @Test(arguments: ["random", "latin-hypercube"])
    func `the same seed draws the same, another something else`(method: String) throws {
        func drawn(seed: Int) throws -> [String] {
            try GridTests.values(
                "{from: 0, to: 1000000}", sample: "sample: {method: \(method), count: 20, seed: \(seed)}")
        }
        #expect(try drawn(seed: 1) == drawn(seed: 1))
        #expect(try drawn(seed: 1) != drawn(seed: 2))
        #expect(try Set(drawn(seed: 1)).count == 20)
        #expect(try drawn(seed: 1).compactMap { Int($0) }.allSatisfy((0...1_000_000).contains))
    }

    @Test func `a Latin hypercube has every part of each key's values once`() throws {
        let points = try GridTests.points(
            """
            summary: s
            plugins: [p.so]
            sample: {count: 10, seed: 3}
            vary:
              machine.pins: {from: 0, to: 1000000}
              machine.areas[0].size: {from: 1K, to: 1G, scale: log}
              machine.costs: [a, b, c, d, e]
            """)
        let tenths = points.compactMap { Int($0[0]) }.map { $0 / 100_000 }
        #expect(Set(tenths).count == 10)
        // Ten equal ratios of 2^20, each of 4.
        let sizes = points.compactMap { Quantity(parsing: $0[1])?.amount }.sorted()
        for (part, size) in sizes.enumerated() {
            let lower = 1024 << (2 * part)
            #expect(lower <= size && size <= 4 * lower, "\(part): \(size)")
        }
        #expect(points.map { $0[2] }.sorted() == ["a", "a", "b", "b", "c", "c", "d", "d", "e", "e"])
    }

    @Test func `ranges with steps are drawn from as lists are`() throws {
        let drawn = try GridTests.values("{from: 0, to: 30, step: 10}", sample: "sample: {count: 4}")
        #expect(drawn.sorted() == ["0", "10", "20", "30"])
    }
}
