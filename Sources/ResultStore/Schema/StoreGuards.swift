internal import CShims
internal import GRDB

/// What every connection to a store is opened with, since its file may come from anywhere.
enum StoreGuards {
    /// No trigger of the file runs, its schema can be changed by statements only, and views can use no function or
    /// virtual table that could harm anybody: until the schema was found to be devemu's own, where it is asked for.
    ///
    /// Corresponds to `SQLITE_DBCONFIG_DEFENSIVE`, `SQLITE_DBCONFIG_ENABLE_TRIGGER` and `PRAGMA trusted_schema`.
    static func add(to configuration: inout Configuration) {
        configuration.prepareDatabase { db in
            let code = devemu_guard_store(db.sqliteConnection)
            guard code == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
    }
}
