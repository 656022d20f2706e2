import Foundation
import Recordings
import Synchronization
import Testing

/// The recordings of a real kernel in this package, compressed.
enum RecordedKernels {
    /// Names of the files, without `.txt.gz`.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }()

    private static let suffix = ".txt.gz"
    private static let folder = Bundle.module.bundleURL.appendingPathComponent("Recordings")
    /// One child process at a time.
    private static let gate = Mutex(())

    /// The text of a recording, unpacked by gzip.
    static func bytes(of name: String) throws -> [UInt8] {
        try gate.withLock { _ in
            let gzip = Process()
            gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            gzip.arguments = ["gzip", "-dc", folder.appendingPathComponent(name + suffix).path]
            let output = Pipe()
            gzip.standardOutput = output
            try gzip.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            gzip.waitUntilExit()
            try #require(gzip.terminationStatus == 0, "gzip -dc \(name) failed")
            return [UInt8](bytes)
        }
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(parsing: bytes(of: name))
    }
}
