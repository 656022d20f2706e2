import ArgumentParser
import Recordings

struct DumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Write a state in the kernel's own formats.",
        discussion: """
            The folder gets what scripts for real machines read: proc/ with kpageflags, kpagecount, buddyinfo, \
            pagetypeinfo, zoneinfo, meminfo and vmstat, debugfs cma/ and page_owner, sysfs mm/cma/. 'devemu \
            import' reads it back as the same state. 'devemu run --dump' writes the end of a run.
            """)

    @Argument(
        help: ArgumentHelp(
            "A state as 'devemu import' writes it, or a recording, whose start is written; - for standard "
                + "input.", valueName: "state"))
    var state: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder, which must not exist.", valueName: "folder"))
    var output: String

    func run() throws {
        do {
            let state = try MachineState(parsing: InputFile.read(self.state, as: .state))
            try Self.write(try CaptureTree(startingFrom: state), to: output)
        } catch let error as RecordingError {
            throw CommandFailure(.badInput, "\(state):\(error.line): \(error)")
        }
    }

    static func write(_ tree: CaptureTree, to folder: String) throws(CommandFailure) {
        try NewFolder.write(tree.files.map { ($0.path, $0.bytes) }, path: folder)
    }
}
