import ArgumentParser
import KernelFormats
import PhysicalMemory
import Recordings
import Reporting
import TextSupport
import WorkerProcess

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Execute recorded kernel runs again and compare every decision.",
        discussion: """
            For each recorded cma_alloc the emulator takes its own decision in the same mode and state: \
            the offset, the errno of a failure, and every window that was refused on the way must be the \
            kernel's. A recording of a busy machine (file writers) is run from its scenario's parameters \
            instead and compared by counts. A kernel's trace (ftrace text, or trace.dat by trace-cmd) with the \
            cma events is compared the same way, from the start that --state gives. Exit 0 when all calls are exact, 1 when not; a damaged recording ends the command with 65 \
            before anything is replayed.
            """)

    @Argument(
        help: ArgumentHelp("Recorded runs or traces; - for standard input.", valueName: "recording"),
        completion: .file())
    var recordings: [String]

    @Option(
        help: ArgumentHelp(
            "The recording whose start is that of the traces: a trace does not tell what was in memory.",
            valueName: "recording"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "The mode of a traced kernel's calls (default normal): "
                + AllocationMode.named.map(\.name).joined(separator: ", ") + ".", valueName: "mode"))
    var mode: String?

    @Flag(help: "Pass over lines of a trace that cannot be read.")
    var lenient = false

    @Option(
        help: ArgumentHelp(
            "Runs of a scenario whose recording was made on a busy machine.", valueName: "number"))
    var seeds = 10

    @Option(help: CostsInput.help, completion: .file())
    var costs: String?

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func validate() throws {
        guard (1...1000).contains(seeds) else {
            throw ValidationError("--seeds \(seeds) is no number from 1 to 1000")
        }
    }

    func run() throws {
        let costs = try costs.map { name throws(CommandFailure) in try CostsInput.read(name) }
        let parsed = try recordings.map { try input($0) }
        let (report, signal) = try replayed(parsed, costs: costs)
        switch format {
        case .text: try Terminal.write(report.text(style: color.style))
        case .json: try Terminal.write(JSONText.encode(report))
        }
        if let signal {
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: signal)): the same command begins again; files can be given a "
                    + "few at a time")
        }
        guard report.allExact else { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }

    /// A file that has been read whole.
    private struct Input {
        var path: String
        var recording: Recording
        /// What of a trace is in the recording.
        var notes: TracedRun.Notes?
    }

    private func input(_ path: String) throws(CommandFailure) -> Input {
        let isBinary = path.hasSuffix(".dat")
        let bytes = isBinary ? try TraceInput.report(of: path) : try InputFile.read(path, as: .trace)
        guard isBinary || FTrace.isTrace(bytes) else {
            do {
                return Input(path: path, recording: try Recording(parsing: bytes))
            } catch {
                throw Self.damaged(path, error)
            }
        }
        let trace = try TraceInput(bytes, path: path, isLenient: lenient).trace
        guard let state else {
            throw CommandFailure(
                .usage,
                "\(path): a trace does not tell what was in memory before it: add --state FILE, "
                    + "or use it as a workload, 'devemu run \(path)'")
        }
        let starts: [Recording]
        do {
            starts = try Recording.starts(parsing: InputFile.read(state, as: .state))
            for start in starts { _ = try start.judge() }
        } catch let error as RecordingError {
            throw Self.damaged(state, error)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.internalError, "\(error)")
        }
        let mode = mode ?? "normal"
        guard AllocationMode(named: mode) != nil else {
            let known = AllocationMode.named.map(\.name).joined(separator: ", ")
            throw CommandFailure(.usage, "--mode '\(mode)' is none of \(known)")
        }
        // Of a machine with several areas the trace says which one it is about.
        var refusal = KernelFormatError(line: 0, "the start has no area")
        for start in starts {
            do throws(KernelFormatError) {
                let run = try TracedRun(trace, start: start, mode: mode)
                return Input(path: path, recording: run.recording, notes: run.notes)
            } catch {
                refusal = error
            }
        }
        throw TraceInput.damaged(path, refusal)
    }

    /// Of all files, or of those before the signal that came.
    private func replayed(
        _ inputs: [Input], costs: CostProfile?
    ) throws(CommandFailure) -> (report: ReplayReport, signal: Int32?) {
        let interruption = try WorkerRuns.heldSignals()
        var report = ReplayReport()
        for (index, input) in inputs.enumerated() {
            try add(input, to: &report, costs: costs, interruption)
            if let signal = interruption.signal {
                report.interrupt(filesLeft: inputs.count - index - 1)
                return (report, signal)
            }
        }
        return (report, nil)
    }

    private func add(
        _ input: Input, to report: inout ReplayReport, costs: CostProfile?, _ interruption: Interruption
    ) throws(CommandFailure) {
        func isInterrupted() -> Bool { interruption.signal != nil }
        let clock = ContinuousClock()
        let begin = clock.now
        do {
            if input.notes == nil, StatisticalReplay.applies(to: input.recording) {
                let replay = try StatisticalReplay(
                    of: input.recording, seeds: 1...UInt64(seeds), costs: costs,
                    isInterrupted: isInterrupted)
                report.add(replay, file: input.path, wallNanoseconds: Self.nanoseconds(clock.now - begin))
                return
            }
            let replay = try Replay.once(input.recording, costs: costs)
            let end = clock.now
            let search = try StartSearch(
                for: input.recording, from: replay, costs: costs, isInterrupted: isInterrupted)
            report.add(
                replay, of: input.notes, file: input.path, wallNanoseconds: Self.nanoseconds(end - begin),
                search: search.map { ($0, Self.nanoseconds(clock.now - end)) })
        } catch {
            throw Self.damaged(input.path, error)
        }
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) * 1_000_000_000
            + Int(duration.components.attoseconds / 1_000_000_000)
    }

    private static func damaged(_ path: String, _ error: RecordingError) -> CommandFailure {
        CommandFailure(.badInput, "\(path):\(error.line): \(error)")
    }
}
