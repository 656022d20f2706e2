internal import CShims
internal import GRDB
import Glibc

/// A database of what came of runs, open for its one writer.
///
/// What is recorded survives the end of this process, however it ends. Belongs to one thread.
public final class ResultStore {
    /// As the command line names it.
    public let path: String
    let queue: DatabaseQueue
    // SQLite's locks go when any descriptor of the file is closed: this one has to be the last.
    private let lock: WriterLock
    /// Whether a plan or a run is in it; a file that was made for nothing is removed again.
    var isUsed: Bool
    /// Runs recorded since it was opened.
    var recordedRuns = 0

    /// Opens a store, or makes one where no file is. One that gets no plan and no run is removed with the object.
    public init(opening path: String) throws(StoreError) {
        self.path = path
        lock = try WriterLock(path)
        var isNew = true
        do {
            isNew = try lock.size() == 0
            // Looked at first: opening a database for writing changes it.
            if !isNew, !StoreReader.isUnbegun(path) { _ = try StoreReader(opening: path) }
            queue = try DatabaseQueue(path: path, configuration: Self.configuration(of: path))
            try StoreSchema.migrator.migrate(queue)
            try queue.write { db in try StoreSchema.makeViews(db, path: path) }
            lock.noteCompanions()
            isUsed = !isNew
        } catch {
            let failure = StoreError(error, path: path)
            if isNew { lock.removeFiles() }
            throw failure
        }
    }

    /// Without a writer the store is one file that can be copied, and read where nothing can be written. As long
    /// as somebody reads it is left as it is; the next writer does it then.
    deinit {
        guard lock.isInPlace else { return leaveFilesAlone() }
        guard isUsed else {
            try? queue.close()
            return lock.removeFiles()
        }
        try? queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
    }

    private static func configuration(of path: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "devemu.store"
        configuration.journalMode = .wal
        // Others read, and may look for a moment at a state that a checkpoint needs.
        configuration.busyMode = .callback { attempts in
            // A worker that holds off its sweep is ended; the first look is left to chance.
            if attempts > 0, IndexLocks.killOwnWorkers(locking: path) { return true }
            guard attempts < 200 else { return false }
            usleep(50_000)
            return true
        }
        StoreGuards.add(to: &configuration)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        return configuration
    }

    /// Ends with everything in the one file, which needs no others beside it then.
    ///
    /// Corresponds to `PRAGMA journal_mode = DELETE`.
    public func close() throws(StoreError) {
        try checkPlace()
        do {
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Makes a change whole or not at all.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try checkPlace()
        let value: Value
        do {
            value = try queue.write(body)
        } catch {
            throw StoreError(ownQuery: error, path: path)
        }
        try checkPlace()
        return value
    }

    /// Looks whether the file that is written to is the one that the path names.
    ///
    /// - Throws: `StoreError` `inputOutput` when it was deleted or replaced: what was recorded is in no file that
    ///   anybody can open then.
    public func checkPlace() throws(StoreError) {
        guard !lock.isInPlace else { return }
        let runs = recordedRuns == 1 ? "1 run that was" : "\(recordedRuns) runs that were"
        throw StoreError(
            .inputOutput,
            "\(path): the file was deleted or replaced while it was written to; \(runs) recorded in it since it was "
                + "opened, and all that it had before, are lost; the same command makes the runs of its plan again"
        )
    }

    /// Has SQLite close without touching what has the store's name now.
    private func leaveFilesAlone() {
        queue.inDatabase { db in _ = devemu_leave_files_alone(db.sqliteConnection) }
        lock.removeCompanions()
    }
}
