import Measurement
import PluginHost
import Reporting
import WorkerProcess

/// A run in a worker process, seen to its end: whatever a plugin does, there is a record of it.
struct SupervisedRun {
    let plan: RunPlan
    /// s of real time.
    let timeout: Double

    /// The record, its outcome included, and the line that explains a bad one.
    struct Result {
        var record: RunRecord
        var complaint: String?
        /// How the machine looked at the end, as the worker sent it.
        var end: [UInt8]?
    }

    /// One worker that ran this same command line.
    private struct Attempt {
        var report: WorkerReport
        var record: RunRecord?
        var lines: [String] = []
        var end: [UInt8]?
    }

    /// - Throws: ``CommandFailure`` for what keeps a run from beginning.
    func execute() throws -> Result {
        let first = try attempt()
        passOn(first.report)
        switch first.report.ending {
        case .finished:
            guard var record = first.record else {
                throw CommandFailure(.internalError, "the worker's record cannot be read")
            }
            record.sandbox = Confinement.record(first.report.flight.confinement)
            return Result(record: record, end: first.end)
        case .failed(let code, let message):
            if code == ExitStatus.runFailed.rawValue { keep(first.lines) }
            throw CommandFailure(ExitStatus(rawValue: code) ?? .internalError, message)
        case .exited, .signalled, .timedOut, .garbled:
            return try explain(first)
        }
    }

    /// Makes a record of a run that ended badly: what the worker could still send, or else what a second
    /// worker has done at the same call of the host, since the same run does the same again.
    private func explain(_ first: Attempt) throws -> Result {
        let ending = RunEnding(first.report, of: plan)
        var outcome = ending.outcome
        var kept = first.record
        if kept == nil, let call = first.report.flight.call {
            let limit = call.isInside ? call.number - 1 : call.number
            if limit > 0, let second = try? attempt(callLimit: limit), second.lines == first.lines {
                kept = second.record
            }
        }
        outcome.keepsResults = kept != nil
        if kept == nil { keep(first.lines) }
        var record = kept ?? plan.run.emptyRecord
        record.outcome = outcome
        record.sandbox = Confinement.record(first.report.flight.confinement)
        return Result(record: record, complaint: ending.line)
    }

    private func attempt(callLimit: UInt64 = .max) throws -> Attempt {
        var lines: [String] = []
        var result: [UInt8]?
        var end: [UInt8]?
        do {
            let report = try WorkerSupervisor.run(
                arguments: Array(CommandLine.arguments.dropFirst()),
                timeoutNanoseconds: UInt64(timeout * 1e9), callLimit: callLimit
            ) { frame in
                switch frame {
                case .log(_, let message): lines.append(message)
                case .result(let bytes): result = bytes
                case .state(let bytes): end = bytes
                case .phase, .failure: break
                }
            }
            let record = result.flatMap { try? JSONText.decode(RunRecord.self, from: $0) }
            return Attempt(report: report, record: record, lines: lines, end: end)
        } catch {
            throw CommandFailure(.internalError, "\(error)")
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

    /// What a run had reported before it ended badly, where no record has it.
    private func keep(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        Terminal.note(
            "reported before the end:\n" + lines.suffix(40).map { "  \(Human.printable($0))\n" }.joined())
    }
}
