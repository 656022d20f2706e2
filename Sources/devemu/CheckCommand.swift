import ArgumentParser
import Emulation
import PluginHost
import Reporting
import TextSupport

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a scene and everything it names, without running any of it.",
        discussion: """
            Reads the scene, inspects its plugins and strategies, and looks at every parameter and event. \
            Each problem is a line on standard error, with its place. Exit code 65 when the scene is wrong, 69 when all \
            that is wrong is a plugin that would be refused.
            """)

    @Argument(
        help: ArgumentHelp("The scene; - for standard input.", valueName: "scene"),
        completion: Completions.scene)
    var scene: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Replace a value of the scene.", valueName: "path=value"),
        completion: Completions.setting)
    var settings: [String] = []

    @OptionGroup(title: "Machine") var machine: MachineOptions

    @OptionGroup(title: "What else goes on") var background: BackgroundOptions

    func run() throws {
        let given =
            try machine.given() + background.given()
            + settings.map { text throws(CommandFailure) in
                try GivenSetting(parsing: text)
            }
        let (input, sceneProblems) = try SceneInput.checked(scene, given: given)
        var problems = sceneProblems
        var plan: RunPlan?
        if let input {
            do {
                plan = try RunPlan(
                    scene: scene, checked: input, plugins: [], settings: settings, machine: machine,
                    background: background)
                problems += plan?.allProblems() ?? []
            } catch let failure as CommandFailure where !problems.isEmpty {
                problems.append(failure)
            }
        }
        guard let plan, problems.isEmpty else {
            for problem in problems { Terminal.complain(problem.description) }
            throw ExitCode(Self.status(of: problems).rawValue)
        }
        let instances = plan.run.instances
        let events = instances.reduce(0) { $0 + max($1.events.count, 1) }
        let counts = [
            Human.count(instances.count, "device"),
            Human.count(Set(instances.map(\.path)).count, "plugin"),
            Human.count(events, "operation"), Human.count(plan.run.machine.areas.count, "area"),
        ]
        try Terminal.write("\(scene): ok, \(counts.joined(separator: ", "))\n")
    }

    private static func status(of problems: [CommandFailure]) -> ExitStatus {
        for status in [ExitStatus.pluginRefused, .usage] where problems.allSatisfy({ $0.status == status }) {
            return status
        }
        return .badInput
    }
}
