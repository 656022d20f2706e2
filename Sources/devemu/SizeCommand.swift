import ArgumentParser
import Emulation
import Measurement
import Reporting
import TextSupport
import WorkerProcess

struct SizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract: "Find the smallest area that is enough for the devices that use it.",
        discussion: """
            Sizes go in whole pageblocks of 2 MiB; each is tried with the same seeds, in worker processes. \
            What else a scene says stays as it is, the number of pinned pages included, so that every point \
            of the curve is what 'devemu run' shows with that size. In a scene with several areas each that \
            a device uses is searched for in its turn, while the others keep their size: an area is judged \
            by the devices that use it. Exit code 1 when an area is too small at every size.
            """)

    @Argument(
        help: ArgumentHelp(
            "A scene (.yaml), or plugins such as camera.so that run at the same time.",
            valueName: "scene or plugin"))
    var inputs: [String] = []

    @Option(
        help: ArgumentHelp(
            "Share of the seeds run that has to be satisfied (default 99%: all of up to 99 seeds).",
            valueName: "percent"))
    var success = "99%"

    @Option(help: ArgumentHelp("Seeds that a size is tried with.", valueName: "number"))
    var seeds = 20

    @Flag(
        help: "Search for all buffers that the devices want, not the fewest; both sizes are told either way.")
    var allBuffers = false

    @Option(
        help: ArgumentHelp("The area to search for, by its name (default: each).", valueName: "name"))
    var area: String?

    @Option(
        name: .customLong("max"),
        help: ArgumentHelp(
            "The largest size to try (default: what memory has room for).", valueName: "size"))
    var limit: String?

    @Option(
        help: ArgumentHelp(
            "Gather every buffer by this strategy (default: as the drivers do).", valueName: "strategy"))
    var strategy: String?

    @Option(
        help: ArgumentHelp(
            "What else to measure: names of strategies with commas between them, chunks, none, or both "
                + "kinds.", valueName: "names"))
    var alternatives = "chunks,normal,fail-fast,range-tracking,chunk-heap-halving"

    @OptionGroup(title: "Machine") var machine: SizedMachineOptions

    @OptionGroup(title: "What else goes on") var background: BackgroundOptions

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Set a parameter of a plugin or a value of the scene, as with run.", valueName: "name=value"))
    var settings: [String] = []

    @OptionGroup var workers: WorkerOptions

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    @Option(help: "How to write the result: text, json or csv.")
    var format = SizeFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @OptionGroup var width: ColumnsOption

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the result to a file.", valueName: "file"))
    var output: String?

    func validate() throws {
        guard !inputs.isEmpty else {
            throw ValidationError("Missing expected argument '<scene or plugin> ...'")
        }
        let scenes = inputs.count(where: SceneInput.isScene)
        guard scenes == 0 || inputs.count == 1 else {
            throw ValidationError("a size is searched for one scene, or for plugins")
        }
        guard (1...100_000).contains(seeds) else {
            throw ValidationError("--seeds \(seeds) is no number from 1 to 100000")
        }
    }

    /// The share and the seeds.
    func goal() throws(CommandFailure) -> SuccessGoal {
        let share = try PercentShare(success, of: "--success").share
        guard let goal = SuccessGoal(share: share, seeds: seeds) else {
            throw CommandFailure(
                .usage, "--success '\(success)' is not a share above 0% and up to 100%; write 99%")
        }
        return goal
    }

    func run() throws {
        let runs = try SizeRuns(self)
        try OutputPlace.check([("-o", output)], inputs: inputs)
        var (result, signal) = try runs.execute()
        result.reproduce = .thisCommand
        try write(result)
        if let signal {
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: signal)) after "
                    + "\(Human.count(result.incomplete?.runs ?? 0, "run")): the same command begins again; "
                    + "--alternatives none and fewer --seeds take less time")
        }
        if result.areas.contains(where: { $0.pages == nil }) {
            throw ExitCode(ExitStatus.unsatisfied.rawValue)
        }
    }

    private func write(_ result: SizeResult) throws {
        let bytes: [UInt8]
        switch format {
        case .json: bytes = try JSONText.encode(result)
        case .csv: bytes = Array(SizeCSV.render(result).utf8)
        case .text:
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            bytes = Array(SizeText(result, style: style, columns: width.width(output: output)).render().utf8)
        }
        try Terminal.write(bytes, to: output)
    }
}

/// How `devemu size` writes its result.
enum SizeFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv
}

/// The machine of `devemu size`: that of `devemu run` without what says how large the area is.
struct SizedMachineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Memory of the machine (default 1G).", valueName: "size"))
    var memory: String?

    @Option(
        help: ArgumentHelp(
            "Areas and memory as a device tree has them, .dtb or .dts; devices by memory-region.",
            valueName: "file"))
    var deviceTree: String?

    @Option(help: ArgumentHelp("The first seed (default 1).", valueName: "number"))
    var seed: String?

    @Option(
        help: ArgumentHelp("Movable share of the area at the start (default 93%).", valueName: "percent"))
    var fill: String?

    @Option(help: ArgumentHelp("Pinned pages at the start (default 300).", valueName: "pages"))
    var pins: String?

    @Option(help: KernelInput.help, completion: KernelInput.completion)
    var kernel: String?

    @Option(help: CostsInput.help)
    var costs: String?

    /// Whether the area begins where the default machine or DEVEMU_AREA has it: another memory size has
    /// no such place.
    var isAreaFixed: Bool {
        deviceTree != nil || memory == nil || Terminal.environment("DEVEMU_AREA") != nil
    }

    func options() throws -> MachineOptions {
        // Where the search starts matters little: an eighth of memory.
        let start = isAreaFixed ? nil : memory.flatMap(MemorySize.init(parsing:)).map { "\($0.bytes / 8)" }
        let given = [
            ("--area", start), ("--memory", memory), ("--device-tree", deviceTree), ("--seed", seed),
            ("--fill", fill), ("--pins", pins),
            ("--kernel", kernel), ("--costs", costs),
        ]
        return try MachineOptions.parse(
            given.flatMap { name, value in value.map { ["\(name)=\($0)"] } ?? [] })
    }
}
