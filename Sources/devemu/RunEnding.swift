import Glibc
import Measurement
import PluginHost
import WorkerProcess

/// What is known of a run whose worker did not come to its end, in the words of a report.
struct RunEnding {
    private let report: WorkerReport
    private let run: PluginRun
    private let name: String
    private let violation: String?
    private let attempts: Int

    /// Runs whose process a signal kills from nowhere are made so often before that is taken for their own doing.
    static let attemptLimit = 3

    /// - Parameters:
    ///   - name: what messages about the whole run call it.
    ///   - violation: what was wrong with what the worker sent, where the report does not say it.
    ///   - attempts: how often the run was made and ended in this way.
    init(
        _ report: WorkerReport, of run: PluginRun, called name: String, violation: String? = nil,
        attempts: Int = 1
    ) {
        self.report = report
        self.run = run
        self.name = name
        self.violation = violation
        self.attempts = attempts
    }

    /// The same ending after more attempts.
    func repeated(_ attempts: Int) -> RunEnding {
        RunEnding(report, of: run, called: name, violation: violation, attempts: attempts)
    }

    /// Whether a signal killed the worker that a process can send and that it brought on itself in no visible way:
    /// somebody else may have, or the run does it every time.
    var isKilledFromNowhere: Bool {
        guard case .signalled = report.ending else { return false }
        return kind == .lost
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
        let (instance, file) = subject
        // An instance that has the name of its file says nothing more.
        guard let instance, "\(instance).so" != file else { return "\(file): \(text(spot))" }
        return "\(instance) (\(file)): \(text(spot))"
    }

    // MARK: What happened

    private var kind: RunOutcome.Name {
        if limit != nil { return .exceeded }
        if violation != nil { return .protocolViolation }
        if report.flight.brokenRule != nil { return .protocolViolation }
        return switch report.ending {
        case .finished: .ok
        case .failed: .refused
        case .exited, .garbled: .protocolViolation
        case .timedOut: .timedOut
        case .interrupted: .lost
        case .signalled:
            report.flight.crash == nil && !isDeadly && attempts < Self.attemptLimit ? .lost : .crashed
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
        if report.scratchExcess != nil { return "scratch" }
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
        case "scratch":
            return "left more in its scratch folder than it may, \(report.scratchExcess ?? ""), \(details)"
        default: break
        }
        if let violation { return "broke the worker's channel \(details): \(violation)" }
        let event = report.ending.event(place: details)
        return attempts > 1 ? "\(event), in each of \(attempts) attempts" : event
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

    /// A place in the code of a plugin.
    private struct Spot {
        var file: String
        /// As `symbol+0x1c`, or `file+0x1040` without symbols.
        var position: String
        /// What it has to do with the crash, as words before it.
        var relation: String
    }

    /// The innermost place in a plugin: where the crash was, or what called that.
    private var spot: Spot? {
        guard let crash = report.flight.crash else { return nil }
        for place in crash.places {
            // A return address is behind the call, which may be the last instruction of its function.
            let back = place.isExact ? 0 : min(place.offset, 1)
            guard let code = run.place(inFile: place.inode, at: place.offset - back) else { continue }
            return spot(code, at: place, back: back, of: crash)
        }
        return nil
    }

    private func spot(
        _ code: PluginRun.CodePlace, at place: FlightReport.Place, back: UInt64, of crash: FlightReport.Crash
    ) -> Spot {
        let file = Self.fileName(code.plugin)
        let position =
            code.function.map { "\($0.name)+0x\(String($0.offset + back, radix: 16))" }
            ?? "\(file)+0x\(String(place.offset, radix: 16))"
        guard !place.isExact else { return Spot(file: file, position: position, relation: "in ") }
        let inner = crash.places.first { $0.isExact }.map { "in \(Self.fileName($0.path)), called from " }
        return Spot(file: file, position: position, relation: inner ?? "below ")
    }
}
