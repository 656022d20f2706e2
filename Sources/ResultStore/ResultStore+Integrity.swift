internal import GRDB

extension ResultStore {
    /// Looks whether the whole store is sound; takes time in proportion to its size.
    ///
    /// - Throws: ``StoreError`` `notAStore` with the first thing that is damaged.
    ///
    /// Corresponds to `PRAGMA integrity_check`.
    public func checkIntegrity() throws(StoreError) {
        do {
            let finding = try queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") }
            guard finding == "ok" else {
                throw StoreError(.notAStore, "\(path): damaged: \(finding ?? "no answer")")
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
