internal import AllocationStrategies
internal import Emulation
import PluginInspection

extension PluginRun {
    /// Everything that decides what comes of the run apart from its seed, its strategy and the version of
    /// devemu: lines of text, the same for the same machine, devices and values however they were written.
    ///
    /// - Parameters:
    ///   - state: a hash of the recorded state that the machine starts from.
    ///   - hash: gives a hash of a file's content by its path.
    /// - Throws: the first of the problems that keep the run from beginning, and what `hash` throws.
    public func identity(
        with files: PluginFiles, state: String?, hash: (String) throws -> String
    ) throws -> [String] {
        var lines = machine.identity(state: state)
        lines.append("duration \(durationNanoseconds)")
        if let instruments {
            lines.append("host calls")
            lines += instruments.rules.map { "rule \($0)" }
        }
        for instance in instances {
            if let known = files.identity(of: instance) {
                lines += known
                continue
            }
            let own = try Self.identity(of: instance, with: files, hash: hash)
            files.keep(own, asIdentityOf: instance)
            lines += own
        }
        return lines
    }

    private static func identity(
        of instance: Instance, with files: PluginFiles, hash: (String) throws -> String
    ) throws -> [String] {
        var binding = RunBinding(files)
        var strategy: String?
        switch instance.strategy {
        case nil: break
        case .known(let known): strategy = known.name
        case .plugin(let path):
            _ = binding.file(path, as: .strategy, place: instance.strategyPlace)
            strategy = try hash(path)
        }
        let bound = binding.bind(instance)
        if let problem = binding.problems.first { throw problem }
        guard let bound else { throw Failure.refused("\(instance.path): cannot be bound") }
        var lines = [
            "instance \(instance.name)", "plugin \(try hash(instance.path))", "area \(instance.area)",
            "priority \(instance.priority)",
        ]
        lines += strategy.map { ["strategy \($0)"] } ?? []
        lines += bound.parameters.map { "parameter \($0.parameter.name)=\($0.value)" }
        for event in bound.events {
            let call = bound.calls[event.call]
            let arguments = call.given.map { " \($0.name)=\($0.value)" }.joined()
            lines.append("event \(event.nanoseconds) \(event.order) \(call.operation)\(arguments)")
        }
        return lines
    }
}
