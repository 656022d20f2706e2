import Emulation
import Measurement
import PhysicalMemory
import Testing

@testable import KernelFormats

@Suite struct BootedMachineTests {
    private static let mib: UInt64 = 1 << 20

    private func layout(_ commandLine: String, memory: UInt64) throws -> BootLayout {
        try BootLayout(
            tree: nil, commandLine: KernelCommandLine(parsing: commandLine), memory: memory,
            kernelBytes: { _ in 32 * Self.mib })
    }

    @Test func `an area of the command line lies in the machine where the kernel put it`() throws {
        let machine = try BootedMachine(layout("cma=64M@256M", memory: 1024 * Self.mib))
        #expect(machine.memoryPages == 1 << 18)
        #expect(machine.areas.map(\.name) == ["reserved"])
        #expect(machine.areas.map(\.geometry) == [AreaGeometry(basePFN: 65536, pages: 16384)])
    }

    /// A tree with one memory node of several stretches, in MiB, and a default area at a place.
    private func tree(memory: [(UInt64, UInt64)], area: (base: UInt64, size: UInt64)) -> DeviceTree {
        func cells(_ numbers: [UInt64]) -> [UInt8] {
            numbers.flatMap { number in
                (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
            }
        }
        func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
        let two: [UInt8] = [0, 0, 0, 2]
        let sizes: [(name: String, value: [UInt8])] = [("#address-cells", two), ("#size-cells", two)]
        var root = DeviceTree.Node(name: "", path: "/", properties: sizes)
        var group = DeviceTree.Node(
            name: "reserved-memory", path: "/reserved-memory", properties: sizes + [("ranges", [])])
        let banks = DeviceTree.Node(
            name: "memory", path: "/memory",
            properties: [
                ("device_type", text("memory")),
                ("reg", cells(memory.flatMap { [$0.0 * Self.mib, $0.1 * Self.mib] })),
            ])
        let pool = DeviceTree.Node(
            name: "pool", path: "/reserved-memory/pool",
            properties: [
                ("compatible", text("shared-dma-pool")), ("reusable", []), ("linux,cma-default", []),
                ("reg", cells([area.base * Self.mib, area.size * Self.mib])),
            ])
        group.children = [3]
        root.children = [1, 2]
        return DeviceTree(nodes: [root, banks, group, pool], reservations: [])
    }

    private func machine(memory: [(UInt64, UInt64)], area: (base: UInt64, size: UInt64)) throws
        -> BootedMachine
    {
        try BootedMachine(
            BootLayout(
                tree: tree(memory: memory, area: area), commandLine: KernelCommandLine(),
                kernelBytes: { _ in 32 * Self.mib }))
    }

    @Test func `memory begins where the tree says, and areas have page frame numbers`() throws {
        let machine = try machine(memory: [(1024, 1024)], area: (1800, 64))
        #expect(machine.firstPFN == 1024 << 8)
        #expect(machine.memoryPages == 1024 << 8)
        #expect(machine.absent.isEmpty)
        #expect(machine.areas.map(\.geometry) == [AreaGeometry(basePFN: 1800 << 8, pages: 64 << 8)])
        #expect(machine.areas.map(\.isFixed) == [true])
    }

    @Test
    func `what lies between several stretches of memory is absent, and so is what lies before the first`()
        throws
    {
        let machine = try machine(memory: [(2050, 900), (3072, 1024), (8192, 512)], area: (3200, 64))
        #expect(machine.firstPFN == 2048 << 8)
        #expect(machine.memoryPages == (8704 - 2048) << 8)
        #expect(machine.absent == [2048 << 8..<2050 << 8, 2950 << 8..<3072 << 8, 4096 << 8..<8192 << 8])
        var configuration = MachineConfiguration(
            memoryPages: machine.memoryPages, area: machine.areas[0].geometry, seed: 1,
            start: .generated(fill: 0.5, pins: 20), forcedMode: nil)
        configuration.firstPFN = machine.firstPFN
        configuration.absent = machine.absent
        #expect(configuration.presentPages == (900 + 1024 + 512) << 8)
        let emulated = try EmulatedMachine(configuration)
        defer { emulated.area.memory.end() }
        #expect(emulated.record(plugins: []).memoryPages == (900 + 1024 + 512) << 8)
        #expect(emulated.record(plugins: []).firstPFN == 2048 << 8)
    }

    @Test(arguments: [
        ((2900, 64), "0xb5400000-0xb9400000 is not all memory"), ((2960, 32), "is not all memory"),
    ])
    func `an area that is not all memory serves nobody`(area: (UInt64, UInt64), words: String) throws {
        let refusal = #expect(throws: BootedMachine.Refusal.self) {
            try machine(memory: [(2048, 902), (3072, 1024)], area: (base: area.0, size: area.1))
        }
        #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
    }

    @Test func `memory that reaches over more than 64 GiB is refused`() throws {
        let refusal = #expect(throws: BootedMachine.Refusal.self) {
            try machine(memory: [(2048, 2048), (128 << 10, 2048)], area: (2200, 64))
        }
        #expect(
            refusal?.description.contains("reaches over 131072 MiB") == true, "\(String(describing: refusal))"
        )
    }

    @Test func `areas of huge pages have bits of their order`() throws {
        let machine = try BootedMachine(layout("cma=64M@256M hugetlb_cma=1G", memory: 4096 * Self.mib))
        #expect(machine.areas.map(\.name) == ["reserved", "hugetlb0"])
        #expect(machine.areas.map(\.geometry.orderPerBit) == [0, 9])
    }

    @Test(arguments: [
        ("", 1024, "no contiguous area is set up by it"), ("cma=2G", 1024, "reserved: 2048 MiB"),
        ("cma=64M", 128 << 10, "memory of 131072 MiB is not from 4 MiB to 64 GiB"),
    ])
    func `what gives no machine is refused in words`(text: String, mebibytes: UInt64, words: String) throws {
        let layout = try layout(text, memory: mebibytes * Self.mib)
        let refusal = #expect(throws: BootedMachine.Refusal.self) { try BootedMachine(layout) }
        #expect(refusal?.description.contains(words) == true, "\(String(describing: refusal))")
    }
}
