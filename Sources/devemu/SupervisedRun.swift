import Measurement
import PluginHost
import Reporting
import TextSupport
import WorkerProcess

/// A run in a worker process, seen to its end: whatever a plugin does, there is a record of it.
struct SupervisedRun {
    let plan: RunPlan
    let task: Worker.Task
    /// s of real time.
    let timeout: Double
    /// Is told of every host call.
    let trace: CallTrace

    /// The record, its outcome included, and the line that explains a bad one.
    struct Result {
        var record: RunRecord
        var complaint: String?
        /// The exit code of the complaint.
        var status = ExitStatus.runFailed
        /// What a kernel would have traced, when that was asked for.
        var kernelTrace: [UInt8] = []
        /// How the machine looked at the end, as the worker sent it.
        var end: [UInt8]?
    }

    /// What one worker did.
    private struct Attempt {
        var report: WorkerReport
        var result: [UInt8]?
        var lines: [String] = []
        var kernelTrace: [UInt8] = []
        var end: [UInt8]?
    }

    /// - Throws: ``CommandFailure`` for what keeps a run from beginning.
    func execute() throws -> Result {
        // Held until the record is made.
        let interruption: Interruption
        do {
            interruption = try Interruption()
        } catch {
            throw CommandFailure(error)
        }
        let first = try attempt(interruption: interruption, trace: trace)
        if let reason = Self.failureToBegin(first.report) {
            throw CommandFailure(.temporary, "the worker could not begin: \(reason)")
        }
        passOn(first.report)
        switch result(of: first) {
        case .record(var record):
            try trace.close()
            record.sandbox = Confinement.record(first.report.flight.confinement)
            return Result(record: record, kernelTrace: first.kernelTrace, end: first.end)
        case .failed(let status, let message):
            try trace.close(isRefused: status != .runFailed)
            if status == .runFailed { keep(first.lines) }
            throw CommandFailure(status, message)
        case .ended(let ending):
            try trace.close()
            return try explain(first, ending, interruption)
        }
    }

    private func result(of attempt: Attempt) -> WorkerResult {
        WorkerResult(attempt.report, result: attempt.result, of: plan.run, called: plan.name)
    }

    /// Why a worker left before its first phase, in which nothing of a plugin has run yet; nil when it did not.
    private static func failureToBegin(_ report: WorkerReport) -> String? {
        guard report.lastPhase == nil else { return nil }
        switch report.ending {
        case .exited, .garbled:
            let own = "devemu: "
            let said = report.standardError.text.split(separator: "\n").last { $0.hasPrefix(own) }
            return said.map { String($0.dropFirst(own.count)) }
                ?? report.ending.event(place: "before its first phase")
        case .finished, .failed, .signalled, .timedOut, .interrupted: return nil
        }
    }

    /// Makes a record of a run that ended badly: what the worker could still send, or else what a second
    /// worker has done at the same call of the host, since the same run does the same again.
    private func explain(_ first: Attempt, _ ending: RunEnding, _ interruption: Interruption) throws -> Result
    {
        var ending = ending
        var (kept, lines) = (record(of: first), first.kernelTrace)
        var wasInterrupted = false
        if case .interrupted = first.report.ending { wasInterrupted = true }
        var attempts = 1
        while ending.isKilledFromNowhere, attempts < RunEnding.attemptLimit, !wasInterrupted {
            let next = try attempt(interruption: interruption)
            guard next.report.ending == first.report.ending else { break }
            attempts += 1
            ending = ending.repeated(attempts)
        }
        if kept == nil, !wasInterrupted, let call = first.report.flight.call {
            let limit = call.isInside ? call.number - 1 : call.number
            if limit > 0, let second = try? attempt(callLimit: limit, interruption: interruption) {
                if case .interrupted = second.report.ending { wasInterrupted = true }
                if second.lines == first.lines { (kept, lines) = (record(of: second), second.kernelTrace) }
            }
        }
        var outcome = ending.outcome
        outcome.keepsResults = kept != nil
        if kept == nil { keep(first.lines) }
        var record = kept ?? plan.run.emptyRecord
        record.outcome = outcome
        record.sandbox = Confinement.record(first.report.flight.confinement)
        return Result(
            record: record, complaint: ending.line, status: wasInterrupted ? .interrupted : .runFailed,
            kernelTrace: lines)
    }

    private func record(of attempt: Attempt) -> RunRecord? {
        try? WorkerResult.record(attempt.result, of: plan.run)
    }

    private func attempt(
        callLimit: UInt64 = .max, interruption: Interruption? = nil, trace: CallTrace? = nil
    ) throws -> Attempt {
        var lines: [String] = []
        var result: [UInt8]?
        var kernelTrace: [UInt8] = []
        var end: [UInt8]?
        do {
            let report = try WorkerSupervisor.run(
                timeoutNanoseconds: UInt64(timeout * 1e9), callLimit: callLimit, wanted: task.wanted,
                interruption: interruption
            ) { frame in
                switch frame {
                case .log(_, let message): if lines.count < Self.lineLimit { lines.append(message) }
                case .result(let bytes): result = bytes
                case .trace(let bytes): trace?.write(bytes)
                case .kernelTrace(let bytes): kernelTrace += bytes
                case .state(let bytes): end = bytes
                case .phase, .failure: break
                }
            } body: { start in
                Worker.main(start) { task }
            }
            return Attempt(
                report: report, result: result, lines: lines, kernelTrace: kernelTrace, end: end)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// What the plugin printed itself goes to standard error, never between our results, and without
    /// the power to change the terminal.
    private func passOn(_ report: WorkerReport) {
        for text in [report.standardOutput, report.standardError] where !text.text.isEmpty {
            for line in text.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
                text.text.hasSuffix("\n") ? 1 : 0)
            {
                Terminal.note("\(plan.name): \(Human.printable(String(line), keeping: "\t"))\n")
            }
            if text.droppedByteCount > 0 {
                Terminal.complain(
                    "\(text.droppedByteCount) more bytes that \(plan.name) printed were dropped")
            }
        }
    }

    /// Lines of a worker that are kept.
    private static let lineLimit = 10_000

    /// What a run had reported before it ended badly, where no record has it.
    private func keep(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        Terminal.note(
            "reported before the end:\n" + lines.suffix(40).map { "  \(Human.printable($0))\n" }.joined())
    }
}
