import ArgumentParser
import PluginHost
import Scenes
import TextSupport

/// What the command line says about the calls that plugins make of the host.
struct InstrumentOptions: ParsableArguments {
    @Flag(help: "Count and time every call that plugins make of the host.")
    var instrument = false

    @Option(
        help: ArgumentHelp(
            "Write every such call to a file, a line of JSON each; what there is by then when the plugin crashes.",
            valueName: "file"))
    var traceCalls: String?

    @Option(
        name: .customLong("inject"), parsing: .singleValue,
        help: ArgumentHelp(
            "Let calls fail or take longer: 'fail 7th cma_alloc', 'fail every 3rd stream_queue of camera with "
                + "EIO', 'fail cma_gather after 100', 'delay every cma_release by 2ms'.", valueName: "rule"))
    var injected: [String] = []

    /// The instruments of a run: what its scene says, and what these options say.
    func added(
        to instruments: PluginRun.Instruments?, _ input: FaultRuleInput
    ) throws(CommandFailure) -> PluginRun.Instruments? {
        guard instrument || traceCalls != nil || !injected.isEmpty else { return instruments }
        var instruments = instruments ?? .init()
        for text in injected {
            do {
                instruments.rules.append(try FaultRule(parsing: text, instances: input.instances))
            } catch {
                throw CommandFailure(.usage, "--inject \(quoted(text)): \(error)")
            }
        }
        return instruments
    }

    func openTrace() throws(CommandFailure) -> CallTrace {
        guard let traceCalls else { return CallTrace() }
        guard traceCalls != "-" else {
            throw CommandFailure(.usage, "--trace-calls -: standard output is the result's; name a file")
        }
        return try CallTrace(path: traceCalls)
    }
}

/// Reads rules, whoever wrote them, against the names of a run.
struct FaultRuleInput {
    /// The instances of plugins, and strategies that are plugins.
    let instances: [String]

    init(_ run: PluginRun) {
        var strategies = run.strategyPath.map { [$0] } ?? []
        for instance in run.instances {
            if case .plugin(let path)? = instance.strategy { strategies.append(path) }
        }
        let files = strategies.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        instances = run.instances.map(\.name) + files
    }

    /// What a scene says; nil when it says nothing.
    func instruments(
        of input: SceneInput, problems: inout [CommandFailure]
    ) -> PluginRun.Instruments? {
        guard let wanted = input.scene.instrument, wanted.hostCalls || !wanted.rules.isEmpty else {
            return nil
        }
        var rules: [FaultRule] = []
        for (index, rule) in wanted.rules.enumerated() {
            let path = "instrument.inject[\(index)]"
            do {
                rules.append(try FaultRule(parsing: rule.text, instances: instances))
            } catch {
                let place = input.place(rule.origin, path)
                problems.append(CommandFailure(.badInput, "\(place): \(path): \(error)"))
            }
        }
        return .init(rules: rules)
    }
}
