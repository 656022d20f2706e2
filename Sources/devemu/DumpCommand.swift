import ArgumentParser
import Glibc
import MachineCaptures
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

    /// Writes the tree whole or not at all: under another name, which becomes the folder's at the end.
    static func write(_ tree: CaptureTree, to folder: String) throws(CommandFailure) {
        try refuseExisting(folder)
        let temporary = "\(folder).part-\(getpid())"
        try make(temporary)
        var folders = [temporary]
        do throws(CommandFailure) {
            for file in tree.files {
                var path = temporary
                for part in file.path.split(separator: "/").dropLast() {
                    path += "/\(part)"
                    guard !folders.contains(path) else { continue }
                    try make(path)
                    folders.append(path)
                }
                try Terminal.writeFile(file.bytes, path: "\(temporary)/\(file.path)")
            }
            guard rename(temporary, folder) == 0 else {
                throw CommandFailure(.cannotCreate, "\(folder): \(Terminal.message(errno))")
            }
        } catch {
            for file in tree.files { unlink("\(temporary)/\(file.path)") }
            for path in folders.reversed() { rmdir(path) }
            throw error
        }
    }

    /// Refuses a folder that is there: nothing of anybody is overwritten.
    static func refuseExisting(_ folder: String) throws(CommandFailure) {
        var status = stat()
        guard lstat(folder, &status) != 0 else {
            throw CommandFailure(.cannotCreate, "\(folder): is there already; name a new folder")
        }
    }

    private static func make(_ folder: String) throws(CommandFailure) {
        guard mkdir(folder, 0o755) == 0 else {
            throw CommandFailure(.cannotCreate, "\(folder): \(Terminal.message(errno))")
        }
    }
}
