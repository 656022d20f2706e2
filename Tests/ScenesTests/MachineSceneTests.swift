import Scenes
import Testing

@Suite struct MachineSceneTests {
    private static let cases: [(old: String, new: String, message: String, line: Int, column: Int)] = [
        ("2G", "65G", "machine.memory: '65G' is not a size from 4M to 64G; write 1G", 4, 11),
        ("2G", "3M", "machine.memory: '3M' is not a size", 4, 11),
        ("2G", "[2G]", "machine.memory: a list stands here; write one value", 4, 11),
        ("cpus: 4", "cpus: 257", "machine.cpus: '257' is no whole number from 1 to 256", 5, 9),
        ("cpus: 4", "cpus: 0x4", "machine.cpus: '0x4' is no whole number", 5, 9),
        ("cpus: 4", "cpus: +4", "machine.cpus: '+4' is no whole number", 5, 9),
        ("cpus: 4", "cpus: 99999999999999999999", "machine.cpus: '99999999999999999999' is no", 5, 9),
        ("linux-6.1-cortex-a72", "''", "machine.costs: the text is empty; write the name of a cost", 6, 10),
        (
            "mutex: area", "mutex: all",
            "machine.mutex: 'all' is not a scope of the mutex; one of machine, area", 7, 10
        ),
        (
            "mutex: area", "kernel: linux-2.6",
            "machine.kernel: 'linux-2.6' is not a kernel that devemu knows; one of linux-6.1", 7, 11
        ),
        ("linux,cma", "a/b", "machine.areas[0].name: 'a/b' is no name of an area: 1 to 64 char", 9, 14),
        ("linux,cma", "", "machine.areas[0].name: '' is no name", 9, 14),
        ("300M", "300MB", "machine.areas[0].size: '300MB' can mean powers of 1000 or of 1024", 9, 33),
        ("300M", "0", "machine.areas[0].size: '0' is not a size above 0", 9, 33),
        ("300M", "64M@1G", "machine.areas[0].size: '64M@1G' is not a size", 9, 33),
        ("base: 512M", "base: 512M-1G", "machine.areas[0].base: '512M-1G' is not a size: the units", 9, 45),
        ("base: 512M", "base: 513M", "machine.areas[0].base: '300M@513M': the start is not a multip", 9, 45),
        ("base: 512M", "base: 1900M", "machine.areas[0].base: '300M@1900M' does not fit in a mach", 9, 45),
        ("size: 64M", "size: 64G", "machine.areas[1].size: '64G' does not fit in a machine of 2048", 11, 13),
        ("size: 64M", "size: 1800M", "machine.areas[1].size: the areas up to this one have 2100 MiB", 11, 13),
        ("name: secure", "name: linux,cma", "machine.areas[1].name: a second area 'linux,cma'", 10, 13),
        ("order_per_bit: 4", "order_per_bit: 11", "machine.areas[1].order_per_bit: '11' is no", 12, 22),
        (
            "order_per_bit: 4", "base: 600M", "machine.areas[1].base: the area overlaps 'linux,cma'; move",
            12, 13
        ),
        ("92.5%", "0.8", "machine.fill: '0.8' can mean 80% or 0.8%; write the one", 13, 9),
        ("92.5%", "100.1%", "machine.fill: '100.1%' is more than 100%", 13, 9),
        ("92.5%", "'%'", "machine.fill: '%' is not a share", 13, 9),
        ("92.5%", "-1%", "machine.fill: '-1%' is not a share", 13, 9),
        ("92.5%", "٩%", "machine.fill: '٩%' is not a share", 13, 9),
        (
            "pins: 500", "pins: 93185", "machine.pins: '93185' is no whole number from 0 to 93184, the pages",
            14, 9
        ),
        ("pins: 500", "pins: -1", "machine.pins: '-1' is no whole number", 14, 9),
    ]

    @Test(arguments: cases.indices)
    func `a machine that cannot be is refused where it is wrong`(index: Int) {
        let (old, new, message, line, column) = Self.cases[index]
        let error = Sample.error(Sample.replacing(old, by: new))
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.line == line, "\(new)")
        #expect(error?.column == column, "\(new)")
    }

    @Test func `a size must be whole bits`() {
        let error = Sample.error(
            Sample.short, ("machine.areas[0].size", "66M"), ("machine.areas[0].order_per_bit", "10"))
        #expect(error?.message.hasSuffix("the size '66M' is no multiple of 2^10 pages") == true)
    }

    @Test func `of two areas at the same place the later one is refused, whichever starts lower`() {
        let error = Sample.error(
            Sample.short + "machine:\n  areas:\n  - {name: a, size: 64M, base: 512M}\n"
                + "  - {name: b, size: 64M, base: 480M}\n")
        #expect(error?.description == "machine.areas[1].base: the area overlaps 'a'; move one of the two")
        #expect(error?.line == 6)
    }

    @Test func `when the default area does not fit, the memory is to blame`() {
        let error = Sample.error(Sample.short + "machine: {memory: 512M}\n")
        #expect(error?.path == "machine.memory")
        #expect(error?.message.contains("'256M@512M' does not fit in a machine of 512 MiB") == true)
        #expect(error?.line == 3)
        #expect(error?.column == 19)
    }

    private static let tree = Sample.short + "machine: {device_tree: board.dtb}\n"

    @Test func `a machine of a device tree has no areas of its own, and its devices may name some`() throws {
        let scene = try Scene(
            parsing: Array(Self.tree.utf8), overrides: [("camera.area", "video@60000000")])
        #expect(scene.machine.deviceTree == "board.dtb")
        #expect(scene.machine.areas.isEmpty)
        #expect(scene.devices.first?.areaName == "video@60000000")
        let paths = scene.configurationLines().map(\.path)
        #expect(paths.contains("machine.device_tree"))
        #expect(!paths.contains { $0.hasPrefix("machine.areas") || $0 == "machine.memory" })
    }

    @Test(arguments: [
        ("machine.areas[0].size", "64M", "leave areas out"),
        ("machine.state", "board.state", "leave state out"),
        ("machine.device_tree", "", "the text is empty; write the name of a .dtb"),
        ("machine.memory", "3M", "not a size from 4M to 64G"), ("camera.area", "", "the text is empty"),
    ])
    func `beside a device tree nothing else says what the areas are`(
        path: String, value: String, message: String
    ) {
        let error = Sample.error(Self.tree, (path, value))
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func `a device tree in place of the areas that a scene has is refused at the areas`() {
        let error = Sample.error(
            Sample.short + "machine:\n  device_tree: a.dtb\n  areas: [{name: a, size: 64M}]\n")
        #expect(error?.path == "machine.areas")
        #expect(error?.line == 5)
    }

    @Test func `a list without areas is none`() {
        let error = Sample.error(Sample.short + "machine:\n  areas: []\n")
        #expect(
            error?.description.hasPrefix("machine.areas: the list is empty; write at least {name: ") == true)
        #expect(error?.line == 4)
        #expect(error?.column == 10)
    }
}
