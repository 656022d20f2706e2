internal import GRDB
import Glibc
public import Measurement

/// A store open for reading, while its writer may go on.
public final class StoreReader {
    /// As the command line names it.
    public let path: String
    let queue: DatabaseQueue

    /// - Throws: when there is no file, or none that is a store.
    public init(opening path: String) throws(StoreError) {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw StoreError(.missing, "\(path): \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            throw StoreError(.notAStore, "\(path): no SQLite database")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.read { db in
                guard try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreSchema.applicationID else {
                    throw StoreError(.notAStore, "\(path): an SQLite database, but no store of devemu")
                }
                try StoreSchema.check(db, path: path)
                // The one view is devemu's, and takes keys out of JSON, which SQLite trusts no unknown schema with.
                try db.execute(sql: "PRAGMA trusted_schema = ON")
            }
        } catch {
            throw StoreError(ownQuery: error, path: path)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "devemu.reader"
        configuration.busyMode = .timeout(10)
        StoreGuards.add(to: &configuration)
        return configuration
    }

    /// Whether a file is a database without any table of anybody's: what a writer leaves that is killed before
    /// the first tables of a new store are complete.
    static func isUnbegun(_ path: String) -> Bool {
        let isEmpty = try? DatabaseQueue(path: path, configuration: configuration).read { db in
            try Int.fetchOne(db, sql: "PRAGMA application_id") == 0 && StoreSchema.isUnbegun(db)
        }
        return isEmpty ?? false
    }

    /// What a store that an earlier devemu made does not have, in one line; nil for a store of this devemu.
    public func earlierNote() throws -> String? {
        guard try !has("kernel", in: "runs") else { return nil }
        return
            "\(path): an earlier devemu made this store; it has no column kernel, and every run in it is of "
            + "\(RunRow.earlierKernel); the next sweep into it adds the column"
    }

    /// Whether the store has a column that an earlier devemu did not have.
    func has(_ column: String, in table: String) throws -> Bool {
        do {
            return try queue.read { try StoreSchema.columns(of: table, $0).contains(column) }
        } catch {
            throw StoreError(ownQuery: error, path: path)
        }
    }

    /// Asks one question of SQL.
    ///
    /// - Parameters:
    ///   - columns: is given the names of the result's columns, once.
    ///   - row: is given row by row.
    /// - Throws: `StoreError` for what SQLite does not understand and what would change the store, and what
    ///   `columns` and `row` throw.
    public func query(
        _ sql: String, columns: ([String]) throws -> Void = { _ in }, row: ([TableValue]) throws -> Void
    ) throws {
        try run(sql, columns: columns, row: row, complaint: { StoreError(query: $0, path: path) })
    }

    /// Asks a question of devemu's own: what SQLite does not like about it is in the file.
    func ask(_ sql: String, row: ([TableValue]) throws -> Void) throws {
        try run(sql, columns: { _ in }, row: row, complaint: { StoreError(ownQuery: $0, path: path) })
    }

    private func run(
        _ sql: String, columns: ([String]) throws -> Void, row: ([TableValue]) throws -> Void,
        complaint: (any Error) -> StoreError
    ) throws {
        var failure: (any Error)?
        do {
            try queue.read { db in
                let statement = try db.makeStatement(sql: sql)
                let rows = try Row.fetchCursor(statement)
                do {
                    try columns(statement.columnNames)
                } catch {
                    failure = error
                    return
                }
                while let values = try rows.next() {
                    do {
                        try row(values.databaseValues.map(TableValue.init))
                    } catch {
                        failure = error
                        return
                    }
                }
            }
        } catch {
            throw complaint(error)
        }
        if let failure { throw failure }
    }

    /// Everything that runs came to, as lines of JSON arrays in a fixed order, without who made them: two stores
    /// that have the same content give the same bytes.
    public func dump(_ line: (String) throws -> Void) throws {
        let dumps: [String]
        do {
            dumps = try queue.read { try StoreSchema.dumps($0) }
        } catch {
            throw StoreError(ownQuery: error, path: path)
        }
        for sql in dumps {
            try ask(sql) { row in
                if case .text(let text)? = row.first { try line(text + "\n") }
            }
        }
    }
}

extension TableValue {
    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let data): .bytes(Array(data))
            }
    }
}
