import Foundation
import Recordings
import Testing

/// What a real Linux 6.1 printed before and after 295 allocations, with the trace between, and the
/// recording of the same calls.
enum RealCapture {
    private static let folder = Bundle.module.bundleURL.appendingPathComponent("Captures")
    private static let recordings = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Recordings")

    /// Every file of a capture, with paths as in its folder.
    ///
    /// - Parameter name: a file of the folder `Captures`, without its ending. Those of other kernels than 6.1 have only
    ///   what was read before the run.
    static func files(of name: String = "mix-normal") throws -> [CaptureFile] {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let archive = folder.appendingPathComponent(name + ".capture.tgz").path
        _ = try output(of: ["tar", "-xzf", archive, "-C", scratch.path])
        let names = try FileManager.default.subpathsOfDirectory(atPath: scratch.path).sorted()
        return try names.compactMap { name in
            let url = scratch.appendingPathComponent(name)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
                return nil
            }
            return CaptureFile(path: name, bytes: [UInt8](try Data(contentsOf: url)))
        }
    }

    static func recording() throws -> Recording {
        let path = recordings.appendingPathComponent("mix-normal.txt.gz").path
        return try Recording(parsing: output(of: ["gzip", "-dc", path]))
    }

    private static func output(of command: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(command[0]) failed")
        return [UInt8](bytes)
    }
}
