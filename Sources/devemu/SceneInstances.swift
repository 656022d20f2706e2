import AllocationStrategies
import PluginHost
import Scenes

/// The devices of a scene as instances of plugins, and what is wrong with the names in them.
struct SceneInstances {
    private(set) var instances: [PluginRun.Instance] = []
    /// Plugins that are not found, strategies that do not exist; one line each.
    private(set) var problems: [CommandFailure] = []

    init(_ input: SceneInput) {
        var resolved: [String: PluginRun.Instance] = [:]
        for device in input.scene.devices {
            // Instances of one device differ in their names only, and are looked up once.
            let group = String(device.name.prefix { $0 != "." })
            let prototype = resolved[group] ?? prototype(device, group, input)
            resolved[group] = prototype
            var instance = prototype
            instance.name = device.name
            instances.append(instance)
        }
        for (order, event) in input.scene.events.enumerated() {
            instances[event.device].events.append(
                PluginRun.Event(
                    nanoseconds: event.nanoseconds, operation: event.operation,
                    arguments: event.arguments.map { Self.setting($0, input, prefix: "") },
                    place: Self.place(event.origin, input, name: "op", value: event.operation, prefix: ""),
                    order: order))
        }
    }

    private mutating func prototype(
        _ device: DeviceScene, _ group: String, _ input: SceneInput
    ) -> PluginRun.Instance {
        let place = input.place(of: group + ".plugin")
        var instance = PluginRun.Instance(
            name: device.name, path: device.plugin,
            settings: device.parameters.map { Self.setting($0, input, prefix: group + ".") })
        do {
            instance.path = try PluginSearch.resolve(input.file(device.plugin))
        } catch {
            problems.append(CommandFailure(error.status, "\(place): \(error)"))
        }
        instance.pluginPlace = place
        instance.area = device.area
        instance.priority = device.priority
        guard let strategy = device.strategy else { return instance }
        let strategyPlace = input.place(of: group + ".strategy")
        do {
            let chosen = try StrategyInput(parsing: input.file(strategy))
            instance.strategy = chosen.source
            instance.strategyPlace = strategyPlace
        } catch {
            let status = error.status == .usage ? .badInput : error.status
            problems.append(CommandFailure(status, "\(strategyPlace): \(error)"))
        }
        return instance
    }

    private static func setting(
        _ parameter: ParameterScene, _ input: SceneInput, prefix: String
    ) -> PluginRun.Setting {
        PluginRun.Setting(
            name: parameter.name, value: parameter.text,
            place: place(parameter.origin, input, name: parameter.name, value: parameter.text, prefix: prefix)
        )
    }

    private static func place(
        _ origin: Origin, _ input: SceneInput, name: String, value: String, prefix: String
    ) -> PluginRun.Setting.Place {
        guard case .file = origin else {
            return input.place(ofGridValue: value, for: name).map { .file($0) } ?? .option(prefix: prefix)
        }
        return .file(input.place(origin, name))
    }
}
