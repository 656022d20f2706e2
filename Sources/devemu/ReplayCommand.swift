import ArgumentParser
import Recordings
import Reporting

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Execute recorded kernel runs again and compare every decision.",
        discussion: """
            For each recorded cma_alloc the emulator takes its own decision in the same mode and state: \
            the offset, the errno of a failure, and every window that was refused on the way must be the \
            kernel's. A recording of a busy machine (file writers) is run from its scenario's parameters \
            instead and compared by counts. Exit 0 when all calls are exact, 1 when not; a damaged recording ends the command with 65 \
            before anything is replayed.
            """)

    @Argument(
        help: ArgumentHelp("Recorded runs; - for standard input.", valueName: "recording"),
        completion: .file())
    var recordings: [String]

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
        let costs = try CostsInput.read(costs)
        let parsed = try recordings.map { path in
            do {
                return (path, try Recording(parsing: Terminal.readFile(path)))
            } catch let error as RecordingError {
                throw Self.damaged(path, error)
            }
        }
        var report = ReplayReport()
        for (path, recording) in parsed {
            let clock = ContinuousClock()
            let begin = clock.now
            do {
                if StatisticalReplay.applies(to: recording) {
                    let replay = try StatisticalReplay(of: recording, seeds: 1...UInt64(seeds), costs: costs)
                    report.add(replay, file: path, wallNanoseconds: Self.nanoseconds(clock.now - begin))
                } else {
                    let replay = try Replay(of: recording, costs: costs)
                    report.add(replay, file: path, wallNanoseconds: Self.nanoseconds(clock.now - begin))
                }
            } catch let error {
                throw Self.damaged(path, error)
            }
        }
        switch format {
        case .text: try Terminal.write(report.text(style: color.style))
        case .json: try Terminal.write(JSONText.encode(report))
        }
        guard report.allExact else { throw ExitCode(ExitStatus.unsatisfied.rawValue) }
    }

    private static func nanoseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) * 1_000_000_000
            + Int(duration.components.attoseconds / 1_000_000_000)
    }

    private static func damaged(_ path: String, _ error: RecordingError) -> CommandFailure {
        CommandFailure(.badInput, "\(path):\(error.line): \(error)")
    }
}
