import Scenes
import Testing

@Suite struct SceneCheckTests {
    private func check(_ text: String, _ overrides: (String, String)...) -> SceneCheck {
        SceneCheck(parsing: Array(text.utf8), overrides: overrides.map { (path: $0.0, value: $0.1) })
    }

    @Test func `a good scene has no problem and is the one that reading gives`() throws {
        let result = check(Sample.text)
        #expect(result.problems.isEmpty)
        #expect(try result.scene == Sample.scene())
    }

    @Test func `every wrong key is told, in the order of the file`() {
        let text = """
            summary: s
            seeed: 1
            machine: {memroy: 1G, areas: [{name: a, sise: 64M, size: 64M}], pinz: 1}
            devices:
              - {name: camera, plugin: camera.so, aera: a}
            events: [{t: 1s, device: camera, op: x, evry: 1s, times: 2}]
            """
        let result = check(text)
        #expect(result.problems.map(\.line) == [2, 3, 3, 3, 5, 6])
        #expect(result.problems.allSatisfy { $0.message.hasPrefix("unknown key") })
        // What is misspelt counts as what is meant.
        #expect(result.scene?.events.count == 2)
        #expect(result.scene?.seed == 1)
    }

    @Test func `a wrong value hides none of the others`() {
        let text = """
            summary: s
            machine: {memory: lots, cpus: 0, fill: 200%, pins: -1}
            background: {writers: 99, disk: 0, warm_up: 2h}
            devices:
              - {name: camera, plugin: camera.so, priority: 20, count: 0}
            duration: long
            """
        let result = check(text)
        #expect(
            result.problems.map(\.path) == [
                "machine.memory", "machine.cpus", "machine.fill", "machine.pins", "background.writers",
                "background.disk", "background.warm_up", "devices[0].priority", "devices[0].count",
                "duration",
            ])
        #expect(result.scene != nil)
    }

    @Test func `what refers to a wrong name is not a problem of its own, and events keep their places`() {
        let text = """
            summary: s
            machine: {areas: [{name: a/b, size: 64M}, {name: c, size: 64M}]}
            devices:
              - {name: Camera, plugin: camera.so, area: a/b}
              - {name: screen, plugin: display.so, area: d}
            events:
              - {t: 1s, device: Camera, op: x}
              - {t: never, device: screen, op: x}
              - {t: 1s, device: scren, op: x}
              - {t: 1s, device: screen, op: x}
            """
        let result = check(text)
        #expect(
            result.problems.map(\.path) == [
                "machine.areas[0].name", "devices[0].name", "devices[1].area", "events[1].t",
                "events[2].device",
            ])
        #expect(result.scene?.events.count == 1)
    }

    @Test(arguments: [
        "summary: s\n", "summary: s\ndevices: []\n", "summary: s\ndevices: [{name: camera}]\n", "[1, 2]\n",
        "",
    ])
    func `a scene without a device is not one, and says so once`(text: String) {
        let result = check(text)
        #expect(result.scene == nil)
        #expect(result.problems.count == 1)
    }

    @Test func `wrong overrides are told with the rest`() {
        let result = check(
            Sample.short.replacing("summary", with: "sumary"), ("machine.pinz", "1"), ("machine.cpus", "0"))
        #expect(result.problems.map(\.line) == [1, 0, 0])
    }
}
