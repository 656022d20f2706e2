import Glibc
import ResultStore

extension FuzzTarget {
    /// The database of a sweep: what is accepted answers every question of devemu's own, and can be written to.
    static let store = FuzzTarget("store") { bytes in
        var template = Array(
            "\(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")/devemu-fuzz-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
            close(descriptor)
        }
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: offset), $0.count - offset)
            }
            guard count > 0 else { return }
            offset += count
        }
        do {
            try read(path)
            let store = try ResultStore(opening: path)
            _ = try store.takeLostRuns()
            _ = try store.isFinished("")
            try store.checkIntegrity()
            try store.close()
        } catch let error as StoreError {
            try checkRefusal(error.description)
            try promise(error.code != .badQuery, "a question of devemu's own is taken for a user's: \(error)")
        }
    }

    private static func read(_ path: String) throws {
        let reader = try StoreReader(opening: path)
        for plan in try reader.plans() { try reader.forEachRun(of: plan) { run in _ = run[.satisfied] } }
        try reader.dump { _ in }
        for table in StoreReader.Table.allCases {
            let contents = try reader.contents(of: table)
            do {
                try reader.query(contents.sql) { _ in }
            } catch let error as StoreError where error.code == .badQuery {
                // A value that is no JSON: the table is asked for as a user asks.
            }
        }
    }
}
