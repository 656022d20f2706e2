import PluginHost
import TextSupport

/// The plugins that a command line names, as instances with their settings.
struct PluginArguments {
    private(set) var instances: [PluginRun.Instance] = []
    /// What stands for each instance in `--set`: its name, and the name that it shares with others.
    private var groups: [String] = []

    /// Finds the plugins. Each is named after its file without `.so`; those with the same name are
    /// numbered.
    init(_ plugins: [String]) throws(CommandFailure) {
        let names = plugins.map { plugin in
            let file = plugin.split(separator: "/").last.map(String.init) ?? plugin
            return file.hasSuffix(".so") ? String(file.dropLast(3)) : file
        }
        var taken: Set<String> = []
        for (plugin, name) in zip(plugins, names) {
            let path = try PluginSearch.resolve(plugin)
            var unique = name
            var number = 1
            let isShared = names.count { $0 == name } > 1
            while isShared && unique == name || taken.contains(unique) {
                unique = "\(name).\(number)"
                number += 1
            }
            taken.insert(unique)
            groups.append(name)
            instances.append(PluginRun.Instance(name: unique, path: path))
        }
    }

    /// Gives a parameter its value: `name.parameter`, where the name is that of an instance or of
    /// several, or just `parameter` when there is only one plugin.
    /// - Returns: false when no instance has that name.
    mutating func set(_ setting: GivenSetting, isAlone: Bool) -> Bool {
        let names = (instances.map(\.name) + groups).sorted { $0.utf8.count > $1.utf8.count }
        guard let name = names.first(where: { setting.path.hasPrefix($0 + ".") }) else {
            guard isAlone, instances.count == 1, !setting.path.contains(".") else { return false }
            instances[0].settings.append(
                .init(name: setting.path, value: setting.value, place: .option(prefix: "")))
            return true
        }
        var parameter = setting.path.dropFirst(name.count + 1)
        if parameter.hasPrefix("params.") { parameter = parameter.dropFirst("params.".count) }
        let prefix = String(setting.path.dropLast(parameter.count))
        for index in instances.indices where instances[index].name == name || groups[index] == name {
            instances[index].settings.append(
                .init(name: String(parameter), value: setting.value, place: .option(prefix: prefix)))
        }
        return true
    }

    /// Why a setting is for none of the instances.
    func refusal(of setting: GivenSetting) -> CommandFailure {
        let names = instances.map(\.name)
        let name = setting.path.split(separator: ".").first.map(String.init) ?? setting.path
        guard setting.path.contains(".") else {
            return CommandFailure(
                .usage, "\(setting.text): of which device? write \(names[0]).\(setting.path)=\(setting.value)"
            )
        }
        let near = Spelling.nearest(to: name, among: names)
        return CommandFailure(
            .usage,
            "\(setting.text): no device '\(name)'; "
                + (near.map { "did you mean \($0)?" } ?? "there are \(names.joined(separator: ", "))"))
    }
}
