internal import GRDB

extension ResultStore {
    /// Reads the whole file again, as the next program that opens the store will, and looks whether it is sound: its
    /// pages, its indexes, its schema, and the references between its tables.
    ///
    /// Takes time in proportion to the size of the store; to be called once, before a sweep says that it is done.
    ///
    /// - Throws: `StoreError` `notAStore` with the first thing that is damaged, `inputOutput` when the file was
    ///   deleted or replaced.
    ///
    /// Corresponds to `PRAGMA integrity_check` and `PRAGMA foreign_key_check`.
    public func checkIntegrity() throws(StoreError) {
        try checkPlace()
        // A connection of its own: the pages that this one has in memory would hide what became of the file.
        try StoreReader(opening: path).checkIntegrity()
    }
}

extension StoreReader {
    /// Looks whether the whole store is sound, see ``ResultStore/checkIntegrity()``.
    public func checkIntegrity() throws(StoreError) {
        do {
            try queue.read { db in
                let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "no answer"
                guard finding == "ok" else { throw StoreError.damaged(path, finding) }
                if let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") {
                    let table = try row.decode(String.self, atIndex: 0)
                    let parent = try row.decode(String.self, atIndex: 2)
                    throw StoreError.damaged(path, "a row of \(table) belongs to no row of \(parent)")
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
