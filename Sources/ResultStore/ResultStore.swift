internal import GRDB
internal import Sweeps

/// A database of what came of runs, open for its one writer.
///
/// What is recorded survives the end of this process, however it ends. Belongs to one thread.
public final class ResultStore {
    /// As the command line names it.
    public let path: String
    let queue: DatabaseQueue
    // SQLite's locks go when any descriptor of the file is closed: this one has to be the last.
    private let lock: WriterLock

    /// Opens a store, or makes one where no file is.
    public init(opening path: String) throws(StoreError) {
        self.path = path
        lock = try WriterLock(path)
        do {
            // Looked at first: opening a database for writing changes it.
            if try lock.size() > 0 { _ = try StoreReader(opening: path) }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try StoreSchema.migrator.migrate(queue)
            try queue.write { db in try StoreSchema.makeResultsView(db) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Without a writer the store is one file that can be copied, and read where nothing can be written. As long
    /// as somebody reads it is left as it is; the next writer does it then.
    deinit {
        try? queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "devemu.store"
        configuration.journalMode = .wal
        // Others read, and may look for a moment at a state that a checkpoint needs.
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        return configuration
    }

    /// Ends with everything in the one file, which needs no others beside it then.
    ///
    /// Corresponds to `PRAGMA journal_mode = DELETE`.
    public func close() throws(StoreError) {
        do {
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Makes a change whole or not at all.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.write(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
