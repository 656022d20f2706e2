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
            kernel's. Exit 0 when all are, 1 when not; a damaged recording ends the command with 65 \
            before anything is replayed.
            """)

    @Argument(help: ArgumentHelp("Recorded runs; - for standard input.", valueName: "recording"))
    var recordings: [String]

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
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
                let replay = try Replay(of: recording)
                let wall = (clock.now - begin).components
                report.add(
                    replay, file: path,
                    wallNanoseconds: Int(wall.seconds) * 1_000_000_000 + Int(wall.attoseconds / 1_000_000_000)
                )
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

    private static func damaged(_ path: String, _ error: RecordingError) -> CommandFailure {
        CommandFailure(.badInput, "\(path):\(error.line): \(error)")
    }
}
