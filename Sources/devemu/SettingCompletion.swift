import PluginHost
import PluginInspection
import Scenes

/// What can stand behind `--set`: the parameters of the plugins on the command line, or of the devices
/// of its scene.
struct SettingCompletion {
    /// Parameters with what they are called there, such as `camera.width`.
    private var parameters: [(path: String, parameter: Parameter)] = []

    /// - Parameters:
    ///   - words: the command line as the shell split it.
    ///   - index: of the word that is completed.
    init(_ words: [String], before index: Int) {
        // What follows an option is its value, except behind the two that have none.
        let values = words.indices.filter { place in
            place > 0 && place != index && words[place - 1].hasPrefix("-")
                && !["--print-config", "--in-process", "--scene"].contains(words[place - 1])
        }
        let inputs = words.indices.filter { !values.contains($0) && $0 != index }
            .map { words[$0].filter { $0 != "\\" && $0 != "'" && $0 != "\"" } }
        let plugins = inputs.filter { $0.hasSuffix(".so") }
        if !plugins.isEmpty {
            guard let arguments = try? PluginArguments(plugins) else { return }
            let isAlone = arguments.instances.count == 1
            for instance in arguments.instances {
                add(instance.path, prefix: isAlone ? "" : instance.name + ".")
            }
        } else if let scene = inputs.first(where: { $0 != "-" && SceneInput.isScene($0) }) {
            addDevices(of: scene)
        }
    }

    private mutating func addDevices(of scene: String) {
        guard let input = try? SceneInput(reading: scene, given: []) else { return }
        var known: Set<String> = []
        for device in input.scene.devices {
            // Instances of one device have their parameters in common.
            let group = String(device.name.prefix { $0 != "." })
            guard known.insert(group).inserted,
                let path = try? PluginSearch.resolve(input.file(device.plugin))
            else { continue }
            add(path, prefix: group + ".")
        }
    }

    private mutating func add(_ path: String, prefix: String) {
        parameters += (Completions.manifest(path)?.parameters ?? []).map { (prefix + $0.name, $0) }
    }

    /// Names with `=` behind them. The only one that is left comes with its default or its choices, so that
    /// the shell leaves the cursor behind the `=`.
    func list(_ prefix: String) -> [String] {
        if let equals = prefix.firstIndex(of: "=") {
            let path = prefix[..<equals]
            return values(of: String(path)).map { "\(path)=\($0)" }.filter { $0.hasPrefix(prefix) }
        }
        let matches = parameters.map(\.path).filter { $0.hasPrefix(prefix) }
        guard matches.count == 1 else { return matches.map { $0 + "=" } }
        return [matches[0] + "="] + values(of: matches[0]).map { "\(matches[0])=\($0)" }
    }

    /// A parameter's choices, or its default.
    func values(of path: String) -> [String] {
        guard let parameter = parameters.first(where: { $0.path == path })?.parameter else { return [] }
        if case .choices(let choices) = parameter.range { return choices }
        return ["\(parameter.defaultValue)"]
    }

    /// bash splits `--set format=NV` into four words and asks what could follow the third; nil when that is
    /// not where the cursor is.
    static func valueInBash(_ words: [String], _ index: Int, _ prefix: String) -> [String]? {
        guard words.indices.contains(index) else { return nil }
        let equals = words[index] == "=" ? index : index - 1
        guard equals >= 2, words[equals] == "=", words[equals - 2] == "--set" else { return nil }
        let typed = words[index] == "=" ? "" : prefix
        return SettingCompletion(words, before: index).values(of: words[equals - 1])
            .filter { $0.hasPrefix(typed) }
    }
}
