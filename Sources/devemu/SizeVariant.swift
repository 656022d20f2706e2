import AllocationStrategies
import Emulation
import PhysicalMemory
import PluginHost

/// A change to a run whose size is searched for beside that of the run as it is.
struct SizeVariant {
    private enum Change {
        case none, empty, unpinned
        case strategy(StrategyInput)
        /// Values for parameters, by the number of the instance.
        case settings([(instance: Int, name: String, value: String)])
    }

    /// What the result calls it.
    let name: String
    private let change: Change

    static let asItIs = SizeVariant(name: "", change: .none)
    /// Nothing in memory, nothing going on.
    static let empty = SizeVariant(name: "empty", change: .empty)
    /// Pages in use at the start, but none pinned and nothing going on.
    static let unpinned = SizeVariant(name: "unpinned", change: .unpinned)

    /// Path of the strategy that is a plugin; nil for every other change.
    var strategyPath: String? {
        if case .strategy(let strategy) = change { strategy.path } else { nil }
    }

    func apply(to run: inout PluginRun) {
        switch change {
        case .none: break
        case .empty:
            run.machine.start = .generated(fill: 0, pins: 0)
            Self.quiet(&run)
        case .unpinned:
            if case .generated(let fill, _) = run.machine.start {
                run.machine.start = .generated(fill: fill, pins: 0)
            }
            Self.quiet(&run)
        case .strategy(let strategy):
            run.machine.strategy = strategy.known.map { .known($0) }
            run.strategyPath = strategy.path
        case .settings(let settings):
            for setting in settings {
                run.instances[setting.instance].settings.append(
                    PluginRun.Setting(
                        name: setting.name, value: setting.value,
                        place: .option(prefix: run.instances[setting.instance].name + ".")))
            }
        }
    }

    private static func quiet(_ run: inout PluginRun) {
        run.machine.background = BackgroundLoad()
        run.machine.warmUpNanoseconds = 0
    }

    /// Whether the machine has anything that ``unpinned`` is without.
    static func isDisturbed(_ machine: MachineConfiguration) -> Bool {
        if case .generated(_, let pins) = machine.start, pins == 0 { return !machine.background.isEmpty }
        return true
    }

    /// The variants that `--alternatives` names, of the devices in an area.
    static func alternatives(
        _ text: String, to run: PluginRun, area: Int
    ) throws(CommandFailure) -> [SizeVariant] {
        guard text != "none" else { return [] }
        var variants: [SizeVariant] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard name != "chunks" else {
                variants += try chunks(of: run, area: area)
                continue
            }
            let strategy: StrategyInput
            do {
                strategy = try StrategyInput(parsing: String(name))
            } catch {
                throw CommandFailure(error.status, "--alternatives: \(error)")
            }
            let isThatOfTheRun =
                strategy.known?.name == run.machine.strategy?.name && strategy.path == run.strategyPath
            if !isThatOfTheRun {
                variants.append(SizeVariant(name: strategy.name, change: .strategy(strategy)))
            }
        }
        return variants
    }

    /// Buffers in chunks where they are in one piece, and smaller chunks where they are chunks already,
    /// for plugins with parameters `memory` and `order`. One with `order` alone asks for a number of chunks,
    /// and smaller ones would be less memory.
    private static func chunks(of run: PluginRun, area: Int) throws(CommandFailure) -> [SizeVariant] {
        let parameters: [[(name: String, value: String)]]
        do throws(PluginRun.Failure) {
            parameters = try run.parameters()
        } catch {
            throw CommandFailure(Worker.status(of: error), "\(error)")
        }
        var inPieces: [(instance: Int, name: String, value: String)] = []
        var smaller = inPieces
        for (index, values) in parameters.enumerated() where run.instances[index].area == area {
            guard let memory = values.first(where: { $0.name == "memory" })?.value else { continue }
            if memory != "chunks" {
                inPieces.append((index, "memory", "chunks"))
            } else if let order = values.first(where: { $0.name == "order" }).flatMap({ Int($0.value) }),
                order > 0
            {
                smaller.append((index, "order", "\(max(order - 2, 0))"))
            }
        }
        return [inPieces, smaller].filter { !$0.isEmpty }.compactMap { settings in
            let names = settings.map { "\(run.instances[$0.instance].name).\($0.name)=\($0.value)" }
            let variant = SizeVariant(name: names.joined(separator: " "), change: .settings(settings))
            var changed = run
            variant.apply(to: &changed)
            // A plugin may mean something else by these names.
            return changed.problems().isEmpty ? variant : nil
        }
    }
}
