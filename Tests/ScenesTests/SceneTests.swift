import PhysicalMemory
import Scenes
import Testing

@Suite struct SceneTests {
    @Test func `every key arrives`() throws {
        let scene = try Sample.scene()
        #expect(scene.summary == "secure UHD playback")
        #expect(scene.seed == 7)
        #expect(scene.machine.memoryPages == 2 << 18)
        #expect(scene.machine.cpus == 4)
        #expect(scene.machine.costs == "linux-6.1-cortex-a72")
        #expect(scene.machine.kernel.search.mutex == .area)
        #expect(scene.machine.areas.map(\.name) == ["linux,cma", "secure"])
        #expect(scene.machine.areas.map(\.sizePages) == [76800, 16384])
        #expect(scene.machine.areas.map(\.basePages) == [131_072, nil])
        #expect(scene.machine.areas.map(\.orderPerBit) == [0, 4])
        #expect(scene.machine.fill == 0.925)
        #expect(scene.machine.pins == 500)
        #expect(scene.background.writers == 2)
        #expect(scene.background.diskMegabytesPerSecond == 30)
        #expect(scene.background.processes?.count == 4)
        #expect(scene.background.processes?.residentPages == 8192)
        #expect(scene.background.turnoverPagesPerSecond == 2048)
        #expect(scene.background.transientPinsPerSecond == 10)
        #expect(scene.background.pageLocksPerSecond == 20)
        #expect(scene.background.warmUpNanoseconds == 1_500_000_000)
        #expect(scene.durationNanoseconds == 30_000_000_000)
    }

    @Test func `what is left out is as devemu run has it`() throws {
        let scene = try Sample.scene(Sample.short)
        #expect(scene.seed == nil)
        #expect(scene.machine.memoryPages == 1 << 18)
        #expect(scene.machine.cpus == 2)
        #expect(scene.machine.costs == "linux-6.1-qemu")
        #expect(scene.machine.kernel.search.mutex == .machine)
        #expect(scene.machine.areas.map(\.name) == ["linux,cma"])
        #expect(scene.machine.areas.map(\.sizePages) == [1 << 16])
        #expect(scene.machine.areas.map(\.basePages) == [1 << 17])
        #expect(scene.machine.areas.map(\.orderPerBit) == [0])
        #expect(scene.machine.fill == 0.93)
        #expect(scene.machine.pins == 300)
        #expect(scene.background.writers == 0)
        #expect(scene.background.diskMegabytesPerSecond == 20)
        #expect(scene.background.processes == nil)
        #expect(scene.background.turnoverPagesPerSecond == 1024)
        #expect(scene.background.transientPinsPerSecond == 0)
        #expect(scene.background.pageLocksPerSecond == 0)
        #expect(scene.background.warmUpNanoseconds == 15_000_000_000)
        #expect(scene.devices.map(\.area) == [0])
        #expect(scene.devices.map(\.strategy) == [nil])
        #expect(scene.devices.map(\.priority) == [0])
        #expect(scene.events.isEmpty)
        #expect(scene.durationNanoseconds == nil)
    }

    @Test func `the smallest and the largest values are taken`() throws {
        let scene = try Sample.scene(
            Sample.short, ("machine.memory", "64G"), ("machine.areas[0].base", "4G"), ("machine.cpus", "256"),
            ("machine.fill", "100%"),
            ("machine.pins", "65536"), ("background.writers", "64"), ("background.disk", "100000"),
            ("background.processes", "256x256M"), ("background.warm_up", "60min"),
            ("camera.priority", "19"), ("seed", "18446744073709551615"), ("duration", "1000000s"),
            ("machine.areas[0].order_per_bit", "10"))
        #expect(scene.machine.memoryPages == 1 << 24)
        #expect(scene.machine.pins == 65536)
        #expect(scene.seed == .max)
        let small = try Sample.scene(
            Sample.short, ("machine.memory", "6M"), ("machine.areas[0].size", "1"),
            ("machine.areas[0].base", "4M"), ("machine.cpus", "1"), ("machine.fill", "0%"),
            ("machine.pins", "0"), ("background.disk", "1"), ("background.turnover", "0"),
            ("background.warm_up", "0s"), ("camera.priority", "-20"), ("seed", "0"), ("duration", "0s"))
        #expect(small.machine.memoryPages == 1536)
        #expect(small.machine.areas.map(\.sizePages) == [512])
    }

    @Test(arguments: ["\r\n", "\n"]) func `line ends, a byte order mark and quotes do not matter`(
        end: String
    ) throws {
        let text = "\u{feff}---\n" + Sample.short.replacing("camera.so", with: "'camera.so'") + "...\n"
        #expect(try Sample.scene(text.replacing("\n", with: end)) == Sample.scene(Sample.short))
    }

    @Test func `scenes are equal when they say the same, wherever they say it`() throws {
        let plain = try Sample.scene()
        #expect(try Sample.scene("# moved\n" + Sample.text, ("camera.width", "1920")) == plain)
        for (path, value) in [
            ("summary", "x"), ("seed", "8"), ("machine.pins", "1"), ("background.disk", "1"),
            ("camera.width", "1"), ("events[0].with.frames", "4"), ("duration", "1s"),
        ] { #expect(try Sample.scene(Sample.text, (path, value)) != plain, "\(path)") }
    }
}
