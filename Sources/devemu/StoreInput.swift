public import ArgumentParser
public import ResultStore
import Sweeps

/// The store that a command is about.
struct StoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The store, an SQLite database with the results of sweeps.", valueName: "file"),
        completion: .file(extensions: ["db"]))
    var store: String

    /// The store, with a line on standard error when an earlier devemu made it.
    func reader() throws -> StoreReader {
        let reader = try StoreInput.reader(store)
        if let note = try StoreInput.use({ try reader.earlierNote() }) { Terminal.complain(note) }
        return reader
    }
}

extension StoreReader.Table: ExpressibleByArgument {}

/// Stores, with failures as commands have them.
enum StoreInput {
    static func reader(_ path: String) throws(CommandFailure) -> StoreReader {
        do {
            return try StoreReader(opening: path)
        } catch {
            throw CommandFailure(status(of: error), "\(error)")
        }
    }

    /// Does something with a store.
    static func use<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StoreError {
            throw CommandFailure(status(of: error), "\(error)")
        }
    }

    /// Hash of everything that the runs of a store came to, without who made them.
    static func contentHash(of path: String) throws -> ContentHash {
        let hasher = try ContentHasher()
        try reader(path).dump { line in try hasher.update(Array(line.utf8)) }
        return try hasher.hash()
    }

    private static func status(of error: StoreError) -> ExitStatus {
        switch error.code {
        case .missing: .noInput
        case .cannotCreate: .cannotCreate
        case .notAStore, .laterSchema, .conflict: .badInput
        case .locked: .temporary
        case .inputOutput: .ioError
        case .badQuery: .usage
        }
    }
}
