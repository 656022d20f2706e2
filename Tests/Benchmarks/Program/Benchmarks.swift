import ArgumentParser
import Foundation

/// How fast the emulated allocator is, as a table of times and ratios.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks", abstract: "Measure the emulated allocator against plain loops in C.",
        subcommands: [Table.self, Load.self], defaultSubcommand: Table.self)
}

/// `make bench`.
struct Table: ParsableCommand {
    @Option(help: "Write the measurements to this file as JSON too.")
    var json: String?

    @Option(help: "Folder of the packed recordings.")
    var recordings = "Tests/RecordingsTests"

    @Option(help: "Folder of the plugins that run in this process: libdevemu-camera.so and pairs.so.")
    var plugins: String?

    @Option(help: "The devemu whose start, run and comparison are timed.")
    var devemu: String?

    @Flag(help: "Leave the large areas out.")
    var small = false

    func run() throws {
        var results: [Measured] = []
        func add(_ measured: [Measured]) {
            for result in measured { print(result.line) }
            results += measured
        }
        if !small { add(try AreaBenchmarks.largestMachine()) }
        add(try ReplayBenchmarks(folder: recordings).measure())
        add(try AreaBenchmarks.pairs())
        if let plugins { add(try PluginBenchmarks(folder: plugins).measure()) }
        if !small {
            add(try AreaBenchmarks.nineTenthsTaken())
            add(try AreaBenchmarks.growth())
        }
        if let devemu { add(try ProgramBenchmarks(devemu: devemu).measure()) }
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(results).write(to: URL(fileURLWithPath: json))
        }
    }
}

/// A fixed load, for whoever counts its instructions.
struct Load: ParsableCommand {
    @Argument(help: "replay RECORDING, calls, full MEBIBYTES, or plugin FILE NAME=VALUE...")
    var load: [String]

    func run() throws {
        switch load.first {
        case "replay" where load.count == 2: print(try FixedLoads.replay(load[1]))
        case "calls": print(try FixedLoads.calls())
        case "full" where load.count == 2: try FixedLoads.full(mebibytes: Int(load[1]) ?? 64)
        case "plugin" where load.count >= 2: try FixedLoads.plugin(load[1], Array(load.dropFirst(2)))
        default: throw ValidationError("a load is one of those in the help")
        }
    }
}
