import Emulation
import KernelFormats
import PhysicalMemory
import Recordings
import Reporting
import TextSupport

extension FuzzTarget {
    /// A device tree and a kernel's command line, the areas that come of them, and a machine with these.
    ///
    /// An input is the memory in MiB, or nothing, up to the first newline; the command line up to a NUL; the
    /// blob, if there is more.
    static let deviceTree = FuzzTarget("device-tree") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(decoding: parts[0], as: UTF8.self)
        let size = text.prefix { !$0.isNewline }
        let memory = Int(size).flatMap { (1...1 << 20).contains($0) ? UInt64($0) << 20 : nil }
        guard var commandLine = try commandLine(String(text.dropFirst(size.count + 1))) else { return }
        var tree: DeviceTree?
        if parts.count == 2, !parts[1].isEmpty {
            do {
                tree = try DeviceTree(parsing: Array(parts[1]))
            } catch let error as DeviceTreeError {
                try checkRefusal(Human.printable(error.description))
                try promise((0...parts[1].count).contains(error.offset), "an error at byte \(error.offset)")
                return
            }
        }
        if let own = try (tree?.bootArguments).flatMap(FuzzTarget.commandLine), commandLine == .init() {
            commandLine = own
        }
        do {
            let layout = try BootLayout(
                tree: tree, commandLine: commandLine, memory: memory,
                kernelBytes: { UInt64(Kernel.standard.boot.kernelPages(of: Int(clamping: $0 >> 12))) << 12 })
            try check(layout)
        } catch let error as DeviceTreeError {
            try checkRefusal(Human.printable(error.description))
        }
    }

    /// Nil when the text is refused.
    private static func commandLine(_ text: String) throws -> KernelCommandLine? {
        do {
            let line = try KernelCommandLine(parsing: text)
            if let area = line.cma {
                let place = area.base == 0 && area.limit == 0 ? "" : "@\(area.base)-\(area.limit)"
                try promise(
                    try KernelCommandLine(parsing: "cma=\(area.size)\(place)").cma == area,
                    "the area of the command line changes when it is written")
            }
            return line
        } catch let error as KernelCommandLine.Failure {
            try checkRefusal(Human.printable(error.description))
            try promise(error.line > 0 && error.column > 0, "a refusal without a place")
            return nil
        }
    }

    private static func check(_ layout: BootLayout) throws {
        let text = BootLayoutText(layout, style: TextStyle(isColored: false)).render()
        try promise(text.hasSuffix("\n"), "the table does not end its last line")
        _ = try JSONText.encode(BootLayoutRecord(layout))
        // What overlaps, or is not all memory, the kernel takes with a warning; what is not mapped need not be memory.
        let placed = layout.areas.filter { $0.refusal == nil && $0.warning == nil && !$0.isUnmapped }
        for area in placed {
            guard let base = area.base else { continue }
            let (end, isTooFar) = base.addingReportingOverflow(area.size)
            try promise(
                !isTooFar && layout.memory.contains { $0.lowerBound <= base && end <= $0.upperBound },
                "\(area.name) lies outside of memory")
        }
        do {
            try start(try BootedMachine(layout))
        } catch let error as BootedMachine.Refusal {
            try checkRefusal(Human.printable(error.description))
        }
    }

    /// Makes the machine when it is small: a fuzzer lives on many short runs.
    private static func start(_ machine: BootedMachine) throws {
        try promise(Set(machine.areas.map(\.name)).count == machine.areas.count, "two areas of a name")
        guard machine.memoryPages <= 1 << 14 else { return }
        do {
            let memory = try MachineMemory(
                pages: machine.memoryPages, areas: machine.areas.map(\.geometry))
            let state = MachineState(of: memory, names: machine.areas.map(\.name))
            memory.end()
            let again = try MachineState(parsing: Array(state.text.utf8))
            try promise(again == state, "the state of the machine changes on its way through a file")
        } catch let error as MemoryLayoutError {
            try checkRefusal(Human.printable(error.description))
        }
    }
}
