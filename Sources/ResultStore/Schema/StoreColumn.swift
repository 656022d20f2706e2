internal import GRDB

/// A column of a table that tells of runs: what SQL calls it, its type, and the value that a record gives it.
///
/// Each column is declared once. `StoreSchema` makes the tables from these declarations, and `RunRows` the rows.
struct StoreColumn<Subject>: Sendable {
    let declaration: StoreColumnDeclaration
    let value: @Sendable (Subject) -> DatabaseValue

    /// - Parameters:
    ///   - path: where a row's value comes from; its type is the column's.
    ///   - migration: the one that added the column; 1 for the first tables.
    ///   - earlier: the value, as SQL, of rows that were recorded before that migration.
    init<Value: StoredValue>(
        _ name: String, _ path: any KeyPath<Subject, Value> & Sendable, since migration: Int = 1,
        earlier: String = "0"
    ) {
        declaration = StoreColumnDeclaration(
            name: name, type: Value.columnType, migration: migration, earlier: earlier)
        value = { $0[keyPath: path].stored }
    }
}

/// A column without the records that it is filled from.
struct StoreColumnDeclaration: Sendable {
    let name: String
    /// As CREATE TABLE has it: `INTEGER NOT NULL`.
    let type: String
    let migration: Int
    let earlier: String

    var definition: String { "\(name) \(type)" }
    /// What ALTER TABLE adds.
    var addition: String { "\(definition) DEFAULT \(earlier)" }
}

extension Array {
    /// The names, types and migrations of columns.
    func declarations<Subject>() -> [StoreColumnDeclaration] where Element == StoreColumn<Subject> {
        map(\.declaration)
    }

    /// A row's values, in the order of the columns.
    func values<Subject>(of subject: Subject) -> [DatabaseValue] where Element == StoreColumn<Subject> {
        map { $0.value(subject) }
    }
}

/// A type that a column can have.
protocol StoredValue: SendableMetatype {
    static var columnType: String { get }
    var stored: DatabaseValue { get }
}

extension Int: StoredValue {
    static var columnType: String { "INTEGER NOT NULL" }
    var stored: DatabaseValue { databaseValue }
}

extension Bool: StoredValue {
    static var columnType: String { "INTEGER NOT NULL" }
    var stored: DatabaseValue { databaseValue }
}

extension UInt64: StoredValue {
    static var columnType: String { "INTEGER NOT NULL" }
    var stored: DatabaseValue { Int64(clamping: self).databaseValue }
}

extension String: StoredValue {
    static var columnType: String { "TEXT NOT NULL" }
    var stored: DatabaseValue { databaseValue }
}

extension Optional: StoredValue where Wrapped: StoredValue {
    static var columnType: String {
        Wrapped.columnType.split(separator: " ").first.map(String.init) ?? Wrapped.columnType
    }
    var stored: DatabaseValue { self?.stored ?? .null }
}
