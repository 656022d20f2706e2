import AllocationStrategies
import ArgumentParser
import Glibc
import PhysicalMemory
import PluginConformance
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

/// `devemu plugin check`: the conformance test of the plugin SDK.
struct PluginCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try whether a plugin keeps what devemu asks of every plugin.",
        discussion: """
            Runs it many times, each time in a process of its own: with its defaults, each entry by itself, \
            each parameter at its bounds, under every mode and strategy, with host calls that fail. A \
            parameter that --set gives a value keeps it in every run. Exit code 1 when a rule is broken. A \
            strategy gathers for camera.so. Rules that build on the first runs are not tried when those do not \
            come to their end, and no more runs are made after three that did not end in time.
            """)

    @Argument(help: ArgumentHelp("The plugin, for example camera.so.", valueName: "plugin"))
    var plugin: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Set a parameter for all runs.", valueName: "name=value"))
    var settings: [String] = []

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup var workers: WorkerOptions

    @OptionGroup(title: "Safety") var sandboxing: SandboxOptions

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
        let trials = try PluginTrials(plugin: plugin, settings: settings, machine: machine)
        try sandboxing.prepare()
        let pool = WorkerPool(width: workers.width, timeoutNanoseconds: UInt64(workers.timeout * 1e9))
        var subject = trials.subject
        let outcomes = TrialOutcomes(
            pool: pool, name: trials.fileName, timeLimit: max(20 * workers.timeout, 600)
        ) { trial in
            try trials.task(of: trial, in: sandboxing, timeout: workers.timeout)
        }
        subject.first = try outcomes.results(of: subject.firstTrials)
        let rules = ConformanceRule.all(for: subject)
        try outcomes.run(rules.flatMap { $0.trials(for: subject) })
        let reports = try rules.map { rule in
            rule.report(
                on: subject, try outcomes.results(of: rule.trials(for: subject)),
                unmade: outcomes.stop?.reason)
        }
        let report = ConformanceReport(
            file: trials.path, manifest: subject.manifest, runs: outcomes.count,
            incomplete: outcomes.stop?.reason, rules: reports)
        switch format {
        case .text: try Terminal.write(ConformanceText(report, style: color.style).render())
        case .json: try Terminal.write(JSONText.encode(report))
        }
        if case .interrupted = outcomes.stop {
            throw CommandFailure(
                .interrupted,
                "interrupted after \(Human.count(outcomes.count, "run")): what was not tried is marked; the same "
                    + "command begins again")
        }
        guard report.passed else { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }
}
