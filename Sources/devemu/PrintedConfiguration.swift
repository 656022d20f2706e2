import PluginHost
import Reporting
import Scenes
import TextSupport

/// Every value of a run and where it comes from, for `--print-config`.
struct PrintedConfiguration {
    private struct Line {
        let path: String
        let value: String
        let source: String
    }

    private var lines: [Line] = []
    /// Paths of the scene's keys that have neither a value nor a default.
    private let unset: [String]

    /// - Throws: the first problem that would keep the run from beginning.
    init(_ plan: RunPlan) throws(CommandFailure) {
        let parameters: [[(name: String, value: String)]]
        do throws(PluginRun.Failure) {
            parameters = try plan.run.parameters()
        } catch {
            throw CommandFailure(Worker.status(of: error), "\(error)")
        }
        let input: SceneInput
        if let scene = plan.scene { input = scene } else { input = try .builtIn(given: plan.given) }
        // An option says the same as a key of the scene.
        unset = input.scene.unsetKeys.filter { key in
            plan.shows(key) && !plan.choices.contains { "machine.\($0.path)" == key }
        }
        for line in input.scene.configurationLines() where plan.shows(line.path) {
            lines.append(
                Line(
                    path: line.path, value: line.value,
                    source: Self.source(input.place(line.origin, line.path))))
        }
        for choice in ["state", "device-tree", "mode", "strategy"] {
            let given = plan.choices.first { $0.path == choice }
            guard given != nil || !["state", "device-tree"].contains(choice) else { continue }
            lines.append(
                Line(
                    path: choice, value: given?.value ?? "as-asked",
                    source: given.map { Self.source($0.source) } ?? "default"))
        }
        for (instance, values) in zip(plan.run.instances, parameters) {
            add(instance, values, namesPlugin: plan.replacesDevices)
        }
    }

    /// The values that an instance has beside those of the scene.
    private mutating func add(
        _ instance: PluginRun.Instance, _ values: [(name: String, value: String)], namesPlugin: Bool
    ) {
        // The instances of one device of a scene have its values.
        let name = namesPlugin ? instance.name : String(instance.name.prefix { $0 != "." })
        var added: [Line] = []
        if namesPlugin {
            added.append(Line(path: "\(name).plugin", value: instance.path, source: "command line"))
        }
        for (parameter, value) in values {
            let path = "\(name).params.\(parameter)"
            guard !lines.contains(where: { $0.path == path }) else { continue }
            let isSet = instance.settings.contains { $0.name == parameter }
            added.append(
                Line(
                    path: path, value: value, source: isSet ? "command line, --set" : "default of the plugin")
            )
        }
        let last = lines.lastIndex { $0.path.hasPrefix("\(name).") }
        lines.insert(contentsOf: added, at: last.map { $0 + 1 } ?? lines.endIndex)
    }

    private func unsetText() -> String {
        let comments = unset.filter { key in
            !lines.contains { $0.path == key || $0.path.hasPrefix(key + ".") }
        }.map {
            (path: "# " + Human.printable($0), meaning: SceneReference.summary(of: $0))
        }
        let width = comments.reduce(0) { max($0, $1.path.count) }
        return comments.map { Human.padded($0.path, to: width) + "  " + $0.meaning + "\n" }.joined()
    }

    private static func source(_ place: String) -> String {
        place.hasPrefix("--") ? "command line, \(place)" : place
    }

    /// A line for each value: its path, the value, its source. After them, as comments, the keys that have no value,
    /// with what they mean.
    func text() -> String {
        let paths = lines.map { Human.printable($0.path) }
        let values = lines.map { Human.printable($0.value) }
        let pathWidth = paths.reduce(0) { max($0, $1.count) }
        let valueWidth = values.reduce(0) { max($0, min($1.count, 40)) }
        return lines.indices.map { index in
            Human.padded(paths[index], to: pathWidth) + "  " + Human.padded(values[index], to: valueWidth)
                + "  " + Human.printable(lines[index].source) + "\n"
        }.joined() + unsetText()
    }
}
