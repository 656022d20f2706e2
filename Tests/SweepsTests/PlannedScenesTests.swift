import Testing

@testable import Sweeps

@Suite struct PlannedScenesTests {
    @Test func `a scene is new once, and keeps its hash and values`() throws {
        var scenes = PlannedScenes(keys: 2)
        #expect(scenes.isEmpty)
        let (scene, other) = (try ContentHash(ofLines: ["a"]), try ContentHash(ofLines: ["b"]))
        let isNew = [(scene, ["1", "x"]), (scene, ["2", "y"]), (other, ["x", "3"]), (scene, ["4", "z"])].map {
            scenes.insert($0, values: $1)
        }
        #expect(isNew == [true, false, true, false])
        #expect(scenes.count == 2)
        #expect([scenes.hash(of: 0), scenes.hash(of: 1)] == [scene, other])
        #expect([scenes.values(of: 0), scenes.values(of: 1)] == [["1", "x"], ["x", "3"]])
    }

    @Test func `a grid that varies nothing has one scene without values`() throws {
        var scenes = PlannedScenes(keys: 0)
        #expect(scenes.insert(try ContentHash(ofLines: []), values: []))
        #expect(scenes.count == 1)
        #expect(scenes.values(of: 0).isEmpty)
    }
}
