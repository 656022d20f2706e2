import Foundation
import Recordings
import Synchronization
import Testing

/// The recordings of a real kernel in this package, compressed.
enum RecordedKernels {
    /// Names of the files, without `.txt.gz`.
    static let names = names(on: .decided)

    /// Names of the files on a shelf, without `.txt.gz`.
    static func names(on shelf: Shelf) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: shelf).path)) ?? []
        return files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    }

    /// Where a recording lies, by what decides its outcome.
    enum Shelf: String {
        /// The bitmap and the pins alone: every call must be exact.
        case decided = "Recordings"
        case decided612 = "Recordings6.12"
        case decided73 = "Recordings7.3"
        /// What lay on per-CPU lists as well, in modes that do not drain them.
        case undrained = "UndrainedRecordings"
        case undrained612 = "Undrained6.12"
        case undrained73 = "Undrained7.3"
        /// Processes that wrote files meanwhile.
        case busy = "BusyRecordings"
        /// The trace that a kernel wrote while a recording was made.
        case traces = "Traces"
        /// Linux 7.3 with transparent huge pages.
        case hugePages = "HugePageRecordings"
        /// Linux 6.12 on arm64, by the size of a page; `pb8` has pageblocks of 256 pages.
        case arm4K = "Arm64Recordings/4k"
        case arm16K = "Arm64Recordings/16k"
        case arm16KSmallBlocks = "Arm64Recordings/16k-pb8"
        case arm64K = "Arm64Recordings/64k"
    }

    private static let suffix = ".txt.gz"

    private static func folder(of shelf: Shelf) -> URL {
        Bundle.module.bundleURL.appendingPathComponent(shelf.rawValue)
    }

    /// One child process at a time.
    private static let gate = Mutex(())

    /// The text of a recording, unpacked by gzip.
    static func bytes(of name: String, on shelf: Shelf = .decided) throws -> [UInt8] {
        try gate.withLock { _ in
            let gzip = Process()
            gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            gzip.arguments = ["gzip", "-dc", folder(of: shelf).appendingPathComponent(name + suffix).path]
            let output = Pipe()
            gzip.standardOutput = output
            try gzip.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            gzip.waitUntilExit()
            try #require(gzip.terminationStatus == 0, "gzip -dc \(name) failed")
            return [UInt8](bytes)
        }
    }

    static func recording(_ name: String, on shelf: Shelf = .decided) throws -> Recording {
        try Recording(parsing: bytes(of: name, on: shelf))
    }
}
