import Scenes
import Testing

@testable import Sweeps

@Suite struct GridErrorTests {
    /// A grid, and where and how it is refused.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let grid: String
        let place: String
        let text: String

        init(_ grid: String, _ place: String, _ text: String) {
            self.grid = grid
            self.place = place
            self.text = text
        }

        var testDescription: String { text }
    }

    private static let head = "summary: s\nplugins: [p.so]\n"

    static let mistakes: [Mistake] = [
        Mistake("", "1:1", "the file is empty; a grid begins with summary: TEXT"),
        Mistake("- a", "1:1", "a list stands here; a grid begins with summary: TEXT"),
        Mistake("plugins: [p.so]", "1:1", "missing key 'summary'; add summary: what it asks"),
        Mistake("summary: s", "1:1", "missing key 'scene'; add scene: FILE.yaml, or plugins: [camera.so]"),
        Mistake(
            "summary: s\nscene: a\nplugins: [b]", "3:10",
            "plugins: a scene has plugins of its own; leave one of the two out"),
        Mistake("summary: s\nplugins: []", "2:10", "plugins: the list is empty; write one value at least"),
        Mistake(head + "stratgies: all", "3:1", "unknown key 'stratgies'; did you mean strategies?"),
        Mistake(head + "strategies: [a, b, a]", "3:20", "strategies: 'a' stands twice; keep one of the two"),
        Mistake(head + "seeds: 0", "3:8", "seeds: '0' is no whole number from 1 to 10000000"),
        Mistake(head + "seeds: {first: 3}", "3:8", "seeds: how many? add count: 10"),
        Mistake(
            head + "seeds: {first: 9223372036854775807, count: 1}", "3:16",
            "seeds.first: '9223372036854775807' is no whole number from 0 to 9223372036854775806"),
        Mistake(
            head + "seeds: {first: 9223372036854775806, count: 9}", "3:44",
            "seeds.count: the last seed is not below 9223372036854775807"),
        Mistake(
            head + "vary: [a]", "3:7",
            "vary: a list stands here; write keys of the scene, such as machine.pins: [0, 300]"),
        Mistake(
            head + "vary: {seed: [1, 2]}", "3:8", "vary.seed: the grid's own seeds: say how many there are"),
        Mistake(head + "vary: {a.b: [1, 2, 1]}", "3:20", "vary.a.b: '1' stands twice; keep one of the two"),
        Mistake(head + "vary: {a.b: [1, [2]]}", "3:17", "vary.a.b[1]: a list stands here; write one value"),
        Mistake(
            head + "vary: {a.b: {form: 1}}", "3:14", "vary.a.b: unknown key 'form'; did you mean from?"),
        Mistake(
            head + "vary: {a.b: {from: 1}}", "3:13",
            "vary.a.b: missing key 'to'; write {from: 0, to: 500, step: 100}"),
        Mistake(
            head + "vary: {a.b: {from: x, to: 3}}", "3:20",
            "vary.a.b.from: 'x' is no number, size, time or share; write 300, 64M, 1.5ms or 93%"),
        Mistake(
            head + "vary: {a.b: {from: 1M, to: 3s}}", "3:13",
            "vary.a.b: 1M and 3s have different units; write both in the same"),
        Mistake(
            head + "vary: {a.b: {from: 3, to: 3, step: 1}}", "3:13",
            "vary.a.b: from 3 to 3 there is nothing; put the lower one first"),
        Mistake(
            head + "vary: {a.b: {from: 1, to: 3}}", "3:13",
            "vary.a.b: how many values? add step: or count:, or draw some of them with sample:"),
        Mistake(
            head + "vary: {a.b: {from: 1, to: 3, step: 1, count: 2}}", "3:46",
            "vary.a.b: step and count both say how many; leave one out"),
        Mistake(
            head + "vary: {a.b: {from: 1, to: 3, step: 0}}", "3:36",
            "vary.a.b.step: 0 is no step from 1 to 3; write one above 0 in the same unit"),
        Mistake(
            head + "vary: {a.b: {from: 0, to: 3, count: 2, scale: log}}", "3:13",
            "vary.a.b: scale: log begins above 0, not at 0"),
        Mistake(
            head + "vary: {a.b: {from: 1, to: 3, count: 1}}", "3:37",
            "vary.a.b.count: '1' is no whole number from 2 to 10000000"),
        Mistake(
            head + "vary: {a.b: {from: 1, to: 3, count: 2, scale: cubic}}", "3:47",
            "vary.a.b.scale: 'cubic' is none of linear, log"),
        Mistake(
            head + "vary: {a.b: {from: 0, to: 9000000, step: 0.5}}", "3:42",
            "vary.a.b.step: more than 10000000 values"),
        Mistake(
            head + "sample: {method: sobol, count: 3}", "3:18",
            "sample.method: 'sobol' is none of random, latin-hypercube"),
        Mistake(head + "sample: {method: random}", "3:9", "sample: how many combinations? add count: 1000"),
        Mistake(
            head + "vary: {a: {from: 1, to: 9000000, step: 1}, b: {from: 1, to: 9000000, step: 1}}", "3:7",
            "vary: more than 1000000000000 runs; draw some of them with sample: {count: 1000}"),
        Mistake(head + "vary: {a: &x [1]}", "3:11", "anchor '&x' in a grid; leave it out"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told with its place and what would be right`(mistake: Mistake) throws {
        let error = #expect(throws: SceneError.self) { try Grid(parsing: Array(mistake.grid.utf8)) }
        #expect(error.map { "\($0.line):\($0.column)" } == mistake.place)
        #expect(error?.description == mistake.text)
    }
}
