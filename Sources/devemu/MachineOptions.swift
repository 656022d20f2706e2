import ArgumentParser
import Emulation
import PhysicalMemory
import Recordings
import TextSupport

/// The emulated machine, as the command line and the environment describe it.
struct MachineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The area as the kernel's cma= writes it: size[@start[-end]] (default 256M@512M).",
            valueName: "size@start"))
    var area: String?

    @Option(help: ArgumentHelp("Memory of the machine (default 1G).", valueName: "size"))
    var memory: String?

    @Option(help: ArgumentHelp("Seed of every random choice (default 1).", valueName: "number"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Force every call into one mode: \(AllocationMode.named.map(\.name).joined(separator: ", ")) "
                + "or one with changes such as normal+cache (default: as the plugin asks).",
            valueName: "mode"),
        completion: .list(AllocationMode.named.map(\.name)))
    var mode: String?

    @Option(
        help: ArgumentHelp(
            "Areas and memory as a device tree has them, .dtb or .dts; devices by memory-region.",
            valueName: "file"),
        completion: .file())
    var deviceTree: String?

    @Option(
        help: ArgumentHelp(
            "Start from the memory of a real machine: a recording, or a state as 'devemu import' writes it; - for "
                + "standard input.", valueName: "file"),
        completion: .file())
    var state: String?

    @Option(
        help: ArgumentHelp("Movable share of the area at the start (default 93%).", valueName: "percent"))
    var fill: String?

    @Option(help: ArgumentHelp("Pinned pages in the area at the start (default 300).", valueName: "pages"))
    var pins: String?

    @Option(help: KernelInput.help, completion: KernelInput.completion)
    var kernel: String?

    @Option(help: CostsInput.help, completion: .file())
    var costs: String?

    /// Whether nothing says where the area is and how much memory there is.
    var isFree: Bool {
        state == nil && deviceTree == nil && area == nil && memory == nil
            && Terminal.environment("DEVEMU_AREA") == nil && Terminal.environment("DEVEMU_MEMORY") == nil
    }

    /// The machine of these options; an option that is not given comes from the environment
    /// (DEVEMU_AREA, DEVEMU_MEMORY, DEVEMU_SEED, DEVEMU_MODE), then from the embedded default scene.
    ///
    /// - Parameter namer: who says which file `state` is.
    func configuration(
        stateNamed namer: InputFile.Namer = .commandLine
    ) throws(CommandFailure) -> MachineConfiguration {
        var configuration = try memoryConfiguration(stateNamed: namer)
        if let kernel { configuration.kernel = try KernelInput.read(kernel) }
        if let costs { configuration.chosenCosts = (costs, try CostsInput.read(costs)) }
        return configuration
    }

    /// The mode of every call; nil when each has the one that is asked for.
    func forcedMode() throws(CommandFailure) -> AllocationMode? {
        guard let name = mode ?? Terminal.environment("DEVEMU_MODE"), name != "as-asked" else { return nil }
        guard let mode = AllocationMode(parsing: name) else {
            let known = AllocationMode.named.map(\.name).joined(separator: ", ")
            let words = AllocationMode.knobWords.map(\.word).joined(separator: ", ")
            throw CommandFailure(
                .usage, "--mode '\(name)' is none of \(known), nor one with + and any of \(words)")
        }
        return mode
    }

    private func memoryConfiguration(
        stateNamed namer: InputFile.Namer
    ) throws(CommandFailure) -> MachineConfiguration {
        let seed = try number(seed ?? Terminal.environment("DEVEMU_SEED"), "--seed", default: 1, UInt64.self)
        let forced = try forcedMode()
        if let state {
            for (name, value) in [("--area", area), ("--memory", memory), ("--fill", fill), ("--pins", pins)]
            where value != nil {
                throw CommandFailure(
                    .configuration, "\(name) and --state both say what the machine is: drop one")
            }
            return try Self.machine(
                recorded: InputFile.read(state, as: .state, named: namer), in: state, seed: seed,
                forced: forced)
        }
        let memoryText = memory ?? Terminal.environment("DEVEMU_MEMORY") ?? "1G"
        let size = try MemorySize(memoryText, of: "--memory")
        guard (1024...MachineMemory.pageLimit).contains(size.pages) else {
            throw CommandFailure(.usage, "--memory '\(memoryText)' is not a size from 4M to 64G; write 1G")
        }
        let placement: AreaPlacement
        // A device tree takes the place of any area.
        let text =
            deviceTree == nil
            ? area ?? Terminal.environment("DEVEMU_AREA") ?? "256M@512M" : "\(size.bytes / 4)"
        do {
            placement = try AreaPlacement(parsing: text, memoryPages: size.pages)
        } catch {
            throw CommandFailure(.usage, "--area \(error)")
        }
        let share = try PercentShare(fill ?? "93%", of: "--fill").share
        let pins = try number(pins, "--pins", default: 300, Int.self)
        guard (0...placement.geometry.pages).contains(pins) else {
            throw CommandFailure(
                .usage,
                "--pins \(pins) is no number of pages from 0 to the area's \(placement.geometry.pages)")
        }
        return MachineConfiguration(
            memoryPages: size.pages, area: placement.geometry, seed: seed,
            start: .generated(fill: share, pins: pins), forcedMode: forced)
    }

    /// The machine of a recording, or of a state as 'devemu import' writes it.
    static func machine(
        recorded bytes: [UInt8], in path: String, seed: UInt64, forced: AllocationMode?
    ) throws(CommandFailure) -> MachineConfiguration {
        do throws(RecordingError) {
            let state = try MachineState(parsing: bytes)
            return try MachineConfiguration(startingAt: state, seed: seed, forcedMode: forced)
        } catch {
            throw CommandFailure(.badInput, "\(path):\(error.line): \(error)")
        }
    }

    private func number<Number: FixedWidthInteger>(
        _ text: String?, _ name: String, default value: Number, _ type: Number.Type
    ) throws(CommandFailure) -> Number {
        guard let text else { return value }
        guard let number = Number(text) else {
            throw CommandFailure(.usage, "\(name) '\(text)' is no whole number")
        }
        return number
    }
}
