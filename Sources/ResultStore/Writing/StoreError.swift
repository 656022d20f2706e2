internal import GRDB

/// Why a store cannot be used as it was to be; one line that begins with the file.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        /// The file is not there.
        case missing
        /// The file cannot be made, or a folder that it is to be in is not there.
        case cannotCreate
        /// The file is no database, is damaged, or belongs to something else.
        case notAStore
        /// A later devemu made it.
        case laterSchema
        /// The same run came to different results.
        case conflict
        /// Somebody else writes to it.
        case locked
        /// No room on the disk, or it cannot be read or written.
        case inputOutput
        /// A query that SQLite does not understand, or that would change the store.
        case badQuery
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What SQLite did not do with the file at a path.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case is RowDecodingError: self = .damaged(path, "a value is missing, or of another type")
        default: self.init(.inputOutput, "\(path): \(error)")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let text = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_NOTADB: self.init(.notAStore, "\(path): no SQLite database")
        case .SQLITE_CORRUPT:
            self = .damaged(path, text)
        case .SQLITE_FULL:
            self.init(.inputOutput, "\(path): no room left on the disk; what was recorded before is kept")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            let holder = IndexLocks.holder(of: path)
            self.init(
                .locked,
                holder.map { "\(path): \($0) has locked it; try again when that is done, or end it" }
                    ?? "\(path): it was locked for a while; try again")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.inputOutput, "\(path): cannot be written: \(text)")
        case .SQLITE_CANTOPEN: self.init(.cannotCreate, "\(path): cannot be opened: \(text)")
        default: self.init(.inputOutput, "\(path): \(text)")
        }
    }

    /// A file that is a store, and has something in it that no store can have.
    static func damaged(_ path: String, _ finding: String) -> StoreError {
        StoreError(
            .notAStore,
            "\(path): the database is damaged (\(finding)); 'sqlite3 FILE .recover' may save some of it")
    }

    /// What devemu's own question did not get of a file: SQLite's complaint is about what is in the file.
    init(ownQuery error: any Error, path: String) {
        guard let error = error as? DatabaseError, error.resultCode == .SQLITE_ERROR else {
            self.init(error, path: path)
            return
        }
        self = .damaged(path, error.message ?? "an SQLite error")
    }

    /// What a query does not say in a way that SQLite understands.
    init(query error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self.init(error, path: path)
            return
        }
        switch error.resultCode {
        case .SQLITE_ERROR, .SQLITE_READONLY, .SQLITE_AUTH, .SQLITE_MISUSE, .SQLITE_RANGE:
            let text = Self.wording(error)
            self.init(.badQuery, "the query: \(text)\(Self.advice(for: text))")
        default: self.init(error, path: path)
        }
    }

    private static func wording(_ error: DatabaseError) -> String {
        let message = error.message ?? "not understood"
        if error.resultCode == .SQLITE_READONLY { return "a query changes nothing" }
        // What GRDB says here is for programmers.
        return message.hasPrefix("Multiple statements")
            ? "more than one statement; ask one question at a time" : message
    }

    private static func advice(for message: String) -> String {
        guard message.hasPrefix("no such table: ") else { return "" }
        return "; there are \(StoreSchema.names.joined(separator: ", "))"
    }
}
