import Scenes
import Testing

@Suite struct SceneOverridesTests {
    @Test func `a value of the file is replaced, one that is not there is added`() throws {
        let scene = try Sample.scene(
            Sample.text, ("machine.pins", "5"), ("machine.areas[1].size", "32M"), ("background.writers", "0"),
            ("duration", "5s"), ("seed", "3"), ("screen.area", "secure"), ("screen.strategy", "normal"),
            ("camera.plugin", "other.so"), ("devices[1].priority", "4"), ("events[2].t", "9s"),
            ("events[0].with.frames", "8"), ("events[2].with.x", "1"))
        #expect(scene.machine.pins == 5)
        #expect(scene.machine.areas[1].sizePages == 8192)
        #expect(scene.background.writers == 0)
        #expect(scene.durationNanoseconds == 5_000_000_000)
        #expect(scene.seed == 3)
        #expect(scene.devices[3].area == 1)
        #expect(scene.devices[3].strategy == "normal")
        #expect(scene.devices[3].priority == 4)
        #expect(scene.devices[2].plugin == "other.so")
        #expect(scene.events.last?.nanoseconds == 9_000_000_000)
        #expect(scene.events.last?.arguments.map(\.text) == ["1"])
        #expect(scene.events[2].arguments.map(\.text) == ["8"])
    }

    @Test func `groups that the file does not have are added, the default area included`() throws {
        let scene = try Sample.scene(
            Sample.short, ("machine.areas[0].size", "64M"), ("background.writers", "2"),
            ("camera.width", "640"), ("camera.params.count", "4"), ("camera.count", "2"))
        #expect(scene.machine.areas.map(\.sizePages) == [16384])
        #expect(scene.machine.areas.map(\.name) == ["linux,cma"])
        #expect(scene.background.writers == 2)
        #expect(scene.devices.map(\.name) == ["camera.1", "camera.2"])
        #expect(scene.devices[1].parameters.map(\.name) == ["width", "count"])
        #expect(scene.devices[1].parameters.map(\.text) == ["640", "4"])
    }

    @Test func `the later of two settings wins, and values are not YAML`() throws {
        let scene = try Sample.scene(
            Sample.text, ("camera.width", "1"), ("camera.params.width", "[a: *b"), ("camera.format", ""))
        #expect(scene.devices[0].parameters.map(\.text) == ["[a: *b", ""])
    }

    @Test func `devices go by the names in the file`() throws {
        let scene = try Sample.scene(
            Sample.text, ("camera.name", "front"), ("camera.width", "1"), ("events[0].device", "front"),
            ("events[1].device", "front.1"))
        #expect(scene.devices[0].name == "front.1")
        #expect(scene.devices[0].parameters[0].text == "1")
        #expect(Sample.error(Sample.text, ("camera.name", "front"))?.line == 33)
    }

    @Test(arguments: [
        ("camra.width", "1", "no key or device 'camra'; did you mean camera?"),
        ("x", "1", "no key or device 'x'; there are summary, seed, machine, background, devices, events,"),
        ("machine.pinz", "1", "machine has no key 'pinz'; did you mean machine.pins?"),
        (
            "machine.areas[0].sise", "1M",
            "machine.areas[0] has no key 'sise'; did you mean machine.areas[0].size?"
        ),
        ("machine.areas[2].size", "1M", "machine.areas has no element 2; they go from 0 to 1"),
        ("machine.areas.size", "1M", "machine.areas is a list; choose an element, such as machine.areas[0]"),
        ("machine.areas", "1M", "machine.areas is a list"),
        (
            "machine", "1G",
            "machine is a group; set one of memory, cpus, kernel, costs, mutex, areas, fill, pins"
        ),
        ("machine[0]", "1G", "machine is a group"),
        ("camera", "1", "devices[0] is a group; set one of name, plugin, area"),
        ("camera.params", "1", "devices[0].params is a group; set one of its values, such as devices[0].p"),
        ("camera.2.width", "1", "devices[0] has no key '2'; there are name, plugin"),
        ("camera.params.Width", "1", "'Width' is no parameter name; use a-z, then a-z, 0-9 and _"),
        ("camera.fail-fast", "1", "'fail-fast' is no parameter name"),
        ("machine.pins.x", "1", "machine.pins is one value; set it without a further key"),
        ("seed[0]", "1", "seed is one value"),
        ("", "1", "the path is not KEY.KEY or KEY[NUMBER].KEY; write machine.pins=500"),
        ("machine..pins", "1", "the path is not"), (".pins", "1", "the path is not"),
        ("[0].pins", "1", "the path is not"), ("machine.areas[", "1", "the path is not"),
        ("machine.areas[]", "1", "the path is not"), ("machine.areas[-1]", "1", "the path is not"),
        ("machine.areas[0]]", "1", "the path is not"), ("machine.areas[0", "1", "the path is not"),
        ("machine.areas[99999999999999999999].size", "1", "the path is not"),
        ("camera.width", "a\nb", "the value is more than one line of plain text"),
        ("machine.pins", "x", "'x' is no whole number from 0 to 93184, the pages of all areas"),
        ("machine.pins", "", "'' is no whole number"),
        ("camera.count", "0", "'0' is no whole number from 1 to 1000"),
        ("camera.area", "secur", "no area 'secur'; did you mean secure?"),
        ("duration", "5", "'5' has no unit; write 5s"),
        ("summary", "", "a summary is one line of 1 to 200 characters"),
    ])
    func `a wrong setting is named, with what would be right, and has no line`(
        path: String, value: String, message: String
    ) throws {
        let error = try #require(Sample.error(Sample.text, (path, value)))
        #expect(error.line == 0)
        #expect(error.column == 0)
        let shown = "\(path)=\(value)".replacing("\n", with: "\\u{a}")
        #expect(error.description.hasPrefix("override '\(shown)': \(message)"), "\(error)")
    }

    @Test func `a scene without events has none to set`() {
        let error = Sample.error(Sample.short, ("events[0].t", "1s"))
        #expect(error?.description == "override 'events[0].t=1s': the scene has no events")
    }

    @Test func `what the file has wrong is told first`() {
        #expect(Sample.error("sumary: x", ("machine.pinz", "1"))?.line == 1)
    }
}
