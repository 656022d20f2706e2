import Emulation
import KernelFormats
import PhysicalMemory
import Testing

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
