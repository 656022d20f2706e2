import Scenes
import Testing

@Suite struct ConfigurationLinesTests {
    @Test func `every value stands in a fixed order, with the place it comes from`() throws {
        let lines = try Sample.scene(Sample.short, ("camera.width", "640"), ("seed", "2"))
            .configurationLines().map { "\($0.path) = \($0.value) \($0.origin)" }
        #expect(
            lines == [
                "summary = s file(line: 1, column: 10)", "seed = 2 override", "machine.memory = 1G default",
                "machine.cpus = 2 default", "machine.kernel = linux-6.1 default",
                "machine.costs = linux-6.1-qemu default",
                "machine.mutex = machine default", "machine.areas[0].name = linux,cma default",
                "machine.areas[0].size = 256M default", "machine.areas[0].base = 512M default",
                "machine.areas[0].order_per_bit = 0 default", "machine.fill = 93% default",
                "machine.pins = 300 default", "background.writers = 0 default",
                "background.disk = 20 default", "background.thp = no default",
                "background.mlock = no default",
                "background.turnover = 4M default",
                "background.transient_pins = 0 default", "background.page_locks = 0 default",
                "background.warm_up = 15s default", "camera.name = camera file(line: 2, column: 18)",
                "camera.plugin = camera.so file(line: 2, column: 34)", "camera.area = linux,cma default",
                "camera.priority = 0 default", "camera.params.width = 640 override",
                "camera.count = 1 default",
            ])
    }

    private static let scenes: [(text: String, overrides: [(String, String)])] = [
        (Sample.text, []), (Sample.short, []),
        (
            Sample.text,
            [("camera.name", "front"), ("events[0].device", "front"), ("events[1].device", "screen")]
        ),
        (Sample.short, [("machine.areas[0].name", "x"), ("camera.params.name", "y"), ("duration", "2min")]),
    ]

    @Test(arguments: scenes.indices)
    func `the values set as overrides give an equal scene, and the same values`(index: Int) throws {
        let (text, overrides) = Self.scenes[index]
        let bytes = Array(text.utf8)
        let scene = try Scene(parsing: bytes, overrides: overrides.map { (path: $0.0, value: $0.1) })
        let lines = scene.configurationLines()
        let again = try Scene(parsing: bytes, overrides: lines.map { ($0.path, $0.value) })
        #expect(again == scene)
        #expect(again.configurationLines().map(\.value) == lines.map(\.value))
        #expect(again.configurationLines().allSatisfy { $0.origin == .override })
    }

    @Test func `the values of one scene make another of the same shape equal to it`() throws {
        let other = Sample.text.replacing("1920", with: "1").replacing("2s", with: "3s")
            .replacing("500", with: "40").replacing("300M", with: "200M").replacing("-5", with: "1")
        let scene = try Sample.scene()
        #expect(try Sample.scene(other) != scene)
        let settings = scene.configurationLines().map { (path: $0.path, value: $0.value) }
        #expect(try Scene(parsing: Array(other.utf8), overrides: settings) == scene)
    }
}
