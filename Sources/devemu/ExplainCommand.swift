import ArgumentParser
import Emulation
import KernelFormats
import Recordings
import Reporting
import TextSupport
import WorkerProcess

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Explain the failed contiguous allocations in a kernel's log, and try what would have worked.",
        discussion: """
            Reads the output of dmesg or journalctl -k. For each kind of failure it says what was asked for, why it \
            failed as far as the log tells, and what works on emulated areas that look like what the log shows; \
            what the log does not show is drawn anew for each run and listed as assumed. A log without such \
            a failure is exit code 65.
            """)

    @Argument(help: ArgumentHelp("The log; - for standard input.", valueName: "log"))
    var log: String

    @Option(help: ArgumentHelp("Emulated areas for each kind of failure.", valueName: "number"))
    var seeds = 10

    @Option(help: ArgumentHelp("Size of the area, for a log that does not tell.", valueName: "size"))
    var area: String?

    @Flag(help: "Pass over lines of the kinds looked for that cannot be read.")
    var lenient = false

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
        let pages = try area.map { text throws(CommandFailure) in
            let size = try MemorySize(text, of: "--area")
            guard size.bytes > 0 else {
                throw CommandFailure(.usage, "--area '\(text)' is not a size above 0; write 64M")
            }
            return size.pages
        }
        let bytes = try InputFile.read(log, as: .log)
        let parsed: KernelLog
        do throws(KernelFormatError) {
            parsed = try KernelLog(parsing: bytes, isLenient: lenient)
        } catch {
            throw TraceInput.damaged(log, error)
        }
        guard !parsed.failures.isEmpty || !parsed.overcome.isEmpty else {
            throw CommandFailure(
                .badInput, "\(log): none of \(KernelLog.wanted) in \(parsed.lineCount) lines")
        }
        let (explanation, signal) = try explain(parsed, areaPages: pages)
        switch format {
        case .text: try Terminal.write(ExplanationText(explanation, style: color.style).render())
        case .json: try Terminal.write(JSONText.encode(explanation))
        }
        if let signal {
            throw CommandFailure(
                .interrupted,
                "interrupted by \(SignalName.name(of: signal)): the same command begins again; fewer --seeds take less "
                    + "time")
        }
    }

    private func explain(
        _ parsed: KernelLog, areaPages: Int?
    ) throws(CommandFailure) -> (explanation: Explanation, signal: Int32?) {
        let interruption = try WorkerRuns.heldSignals()
        let explanation = Explanation(
            of: parsed, file: log, seeds: seeds, areaPages: areaPages,
            isInterrupted: { interruption.signal != nil })
        return (explanation, explanation.interruptedCases == nil ? nil : interruption.signal)
    }
}
