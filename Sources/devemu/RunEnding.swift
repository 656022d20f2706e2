import ELFInspection
import Glibc
import Measurement
import PluginHost
import WorkerProcess

/// What is known of a run whose worker did not come to its end, in the words of a report.
struct RunEnding {
    private let report: WorkerReport
    private let run: PluginRun
    private let name: String

    /// - Parameter name: what messages about the whole run call it.
    init(_ report: WorkerReport, of run: PluginRun, called name: String) {
        self.report = report
        self.run = run
        self.name = name
    }

    /// The outcome; its text is the line for the user without the name of the plugin.
    var outcome: RunOutcome {
        let spot = spot
        var outcome = RunOutcome(kind, text: text(spot))
        outcome.plugin = spot?.file ?? subject.file
        outcome.instance = subject.instance
        outcome.phase = report.lastPhase
        outcome.signal = report.flight.crash.map { SignalName.name(of: $0.signal) } ?? signal
        outcome.function = spot?.position
        outcome.limit = limit
        outcome.call = call
        return outcome
    }

    /// The line for the user.
    var line: String {
        let name = subject.instance.map { "\($0) (\(subject.file))" } ?? subject.file
        return "\(name): \(text(spot))"
    }

    // MARK: What happened

    private var kind: RunOutcome.Name {
        if limit != nil { return .exceeded }
        if report.flight.brokenRule != nil { return .protocolViolation }
        return switch report.ending {
        case .finished: .ok
        case .failed: .refused
        case .exited, .garbled: .protocolViolation
        case .timedOut: .timedOut
        case .interrupted: .lost
        case .signalled: report.flight.crash == nil && !isDeadly ? .lost : .crashed
        }
    }

    /// Signals that a process brings on itself; a plugin may have taken the recorder's place.
    private var isDeadly: Bool {
        guard case .signalled(let number) = report.ending else { return false }
        return [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS].contains(number)
    }

    private var signal: String? {
        guard case .signalled(let number) = report.ending else { return nil }
        return SignalName.name(of: number)
    }

    private var limit: String? {
        if report.excessThreads != nil { return "threads" }
        return switch report.ending {
        case .signalled(SIGXCPU): "cpu"
        case .signalled(SIGXFSZ): "file"
        case .signalled where report.flight.crash?.isOutOfMemory == true: "memory"
        default: nil
        }
    }

    private func text(_ spot: Spot?) -> String {
        let phase = report.lastPhase.map { "in phase \($0)" } ?? "before its first phase"
        if let broken = report.flight.brokenRule {
            let rule = ProtocolRule(rawValue: broken.rule)
            let call = HostFunction(rawValue: broken.function)?.description ?? "?"
            return "broke the rule \(rule?.name ?? "?") \(phase), in a call of \(call): the plugin "
                + (rule?.summary ?? "")
        }
        var details = phase
        if let spot { details += ", \(spot.relation)\(spot.position)" }
        if let call {
            let moment = call.returned ? "after" : "inside"
            details += ", \(moment) call \(call.number), \(call.function)(\(call.arguments))"
        }
        switch limit {
        case "memory": return "used up the memory it may have (raise --memory-limit) \(details)"
        case "cpu": return "used up the processor time it may have (raise --timeout) \(details)"
        case "threads": return "started more threads than it may, \(report.excessThreads ?? 0), \(details)"
        case "file": return "wrote more to a file than it may \(details)"
        default: return report.ending.event(place: details)
        }
    }

    // MARK: Who, where, in which call

    /// The instance whose code ran, where there are several, and its file.
    private var subject: (instance: String?, file: String) {
        let instances = run.instances
        guard let running = report.flight.running.map({ Int($0) }), report.lastPhase == "run" else {
            return (nil, name)
        }
        guard instances.indices.contains(running) else { return (nil, name) }
        let file = Self.fileName(instances[running].path)
        return (instances.count > 1 || run.scene != nil ? instances[running].name : nil, file)
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private var call: RunOutcome.Call? {
        guard let call = report.flight.call else { return nil }
        let function = HostFunction(rawValue: call.function)
        return RunOutcome.Call(
            number: call.number, function: function?.description ?? "?",
            arguments: function?.describe(arguments: call.arguments) ?? "", returned: !call.isInside)
    }

    /// Files of plugins of the run, by their numbers in the file system.
    private var files: [UInt64: String] {
        var files: [UInt64: String] = [:]
        for path in run.instances.map(\.path) + strategyPaths {
            var status = stat()
            if stat(path, &status) == 0 { files[UInt64(status.st_ino)] = path }
        }
        return files
    }

    /// A place in the code of a plugin.
    private struct Spot {
        var file: String
        /// As `symbol+0x1c`, or `file+0x1040` without symbols.
        var position: String
        /// What it has to do with the crash, as words before it.
        var relation: String
    }

    /// Files of strategies that are plugins.
    private var strategyPaths: [String] {
        let own = run.instances.compactMap { instance in
            if case .plugin(let path)? = instance.strategy { path } else { nil }
        }
        return own + [run.strategyPath].compactMap(\.self)
    }

    /// The innermost place in a plugin: where the crash was, or what called that.
    private var spot: Spot? {
        let files = files
        guard let crash = report.flight.crash,
            let place = crash.places.first(where: { files[$0.inode] != nil }),
            let path = files[place.inode]
        else { return nil }
        let file = Self.fileName(path)
        // A return address is behind the call, which may be the last instruction of its function.
        let back = place.isExact ? 0 : min(place.offset, 1)
        let function = FunctionNames(path: path)?.function(atFileOffset: place.offset - back)
        let position =
            function.map { "\($0.name)+0x\(String($0.offset + back, radix: 16))" }
            ?? "\(file)+0x\(String(place.offset, radix: 16))"
        guard !place.isExact else { return Spot(file: file, position: position, relation: "in ") }
        let inner = crash.places.first { $0.isExact }.map { "in \(Self.fileName($0.path)), called from " }
        return Spot(file: file, position: position, relation: inner ?? "below ")
    }
}
