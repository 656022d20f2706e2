import ArgumentParser
import Measurement
import Reporting
import TextSupport

/// What of a store a command looks at.
struct SweepOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Make a table by this key of the plan, or by strategy; twice for a table of two.",
            valueName: "key"))
    var by: [String] = []

    @Option(
        help: ArgumentHelp("Which plan of the store: the first digits of its hash.", valueName: "digits"))
    var plan: String?

    func validate() throws {
        guard by.count <= 2 else {
            throw ValidationError("--by is there \(by.count) times; two keys make a table")
        }
        guard by.count < 2 || by[0] != by[1] else {
            throw ValidationError("--by \(by[0]) is there twice; a table has two different keys")
        }
    }

    @OptionGroup var roles: RoleOptions

    /// Names of the options that were used.
    var given: [String] { (by.isEmpty ? [] : ["--by"]) + (plan == nil ? [] : ["--plan"]) + roles.named }
}

/// Which keys of a store are choices, where that is not what it usually is.
struct RoleOptions: ParsableArguments {
    @Option(
        name: .customLong("choose"), parsing: .singleValue,
        help: ArgumentHelp(
            "Take a key for something that a person chooses, as strategies and sizes of areas are.",
            valueName: "key"))
    var chosen: [String] = []

    @Option(
        name: .customLong("given"), parsing: .singleValue,
        help: ArgumentHelp(
            "Take a key for a condition that is given, as all others are: the machine, its load, parameters.",
            valueName: "key"))
    var given: [String] = []

    func validate() throws {
        if let key = chosen.first(where: given.contains) {
            throw ValidationError("--choose \(key) and --given \(key) contradict each other; drop one")
        }
    }

    var roles: FactorRoles { FactorRoles(chosen: chosen, given: given) }

    /// Names of the options that were used.
    var named: [String] { (chosen.isEmpty ? [] : ["--choose"]) + (given.isEmpty ? [] : ["--given"]) }
}

/// `devemu compare STORE.db`: what is in a store, compared without running anything.
struct SweepComparison {
    /// Everything that does not say what is to be run.
    private static let options = [
        "--by", "--plan", "--choose", "--given", "--format", "--color", "--columns", "-o", "--output", "--",
    ]

    private let command: CompareCommand

    /// - Throws: for options that are about runs.
    init(_ command: CompareCommand) throws(CommandFailure) {
        guard command.inputs.count == 1 else {
            throw CommandFailure(.usage, "the store of a sweep is compared by itself; give it alone")
        }
        let options = CommandLine.arguments.dropFirst().compactMap { word in
            word.hasPrefix("-") && word != "-" ? word.split(separator: "=").first.map(String.init) : nil
        }
        if let option = options.first(where: { !Self.options.contains($0) }) {
            throw CommandFailure(
                .usage, "\(option) is for runs, and a store has those that its plan says; drop it")
        }
        guard command.format != .markdown else {
            throw CommandFailure(.usage, "a sweep is written as text, json or csv; drop --format markdown")
        }
        self.command = command
    }

    func run() throws {
        let result = try SweepStoreInput.result(
            of: command.inputs[0], plan: command.sweep.plan, by: command.sweep.by,
            roles: command.sweep.roles)
        let bytes: [UInt8]
        switch command.format {
        case .json: bytes = try JSONText.line(result)
        case .csv: bytes = Array(SweepCSV.render(result).utf8)
        case .text, .markdown:
            let style =
                command.output == nil ? command.color.style : TextStyle(isColored: command.color == .always)
            bytes = Array(
                SweepResultText(
                    result, style: style, columns: command.width.width(output: command.output)
                ).render().utf8)
        }
        try Terminal.write(bytes, to: command.output)
    }
}
