import ArgumentParser
import Glibc
import Reporting
import ResultStore
import TextSupport

struct SweepMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Take the results of stores over into one.",
        discussion: """
            The result is the same in whatever order stores are merged, and however often. A run that came to \
            different results in two of them is refused with its first difference, and that store is not merged.
            """)

    @Option(
        help: ArgumentHelp(
            "The store that takes the others in; made when it is not there.", valueName: "file"),
        completion: .file(extensions: ["db"]))
    var into: String

    @Argument(
        help: ArgumentHelp("Stores to take over.", valueName: "file"), completion: .file(extensions: ["db"]))
    var stores: [String]

    func run() throws {
        // What cannot be read is told before anything is made.
        for path in stores {
            _ = try StoreInput.reader(path)
            guard !Self.isSame(path, into) else {
                throw CommandFailure(.usage, "\(path): a store cannot be merged into itself")
            }
        }
        try StoreInput.use {
            let store = try ResultStore(opening: into)
            for path in stores {
                let merged = try store.merge(from: path)
                try Terminal.write(
                    "\(path): \(Human.count(merged.runs, "run")) taken over, \(Human.grouped(merged.known)) known\n"
                )
            }
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        var (one, other) = (stat(), stat())
        guard stat(left, &one) == 0, stat(right, &other) == 0 else { return false }
        return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
