import Foundation
import Testing

/// How figures come about.
@Suite struct MeasuringTests {
    /// A figure that comes from looking again and again is a multiple of the pause between two looks: Foundation's
    /// Process makes every program take 50 ms or more.
    @Test func `no figure comes from a poll`() throws {
        let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Benchmarks/Program")
        let files = try FileManager.default.contentsOfDirectory(at: program, includingPropertiesForKeys: nil)
        #expect(files.contains { $0.lastPathComponent == "ProgramBenchmarks.swift" })
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for word in ["waitUntilExit", "Process()", "usleep", "nanosleep", "Thread.sleep", "Task.sleep"] {
                #expect(!text.contains(word), "\(file.lastPathComponent): \(word)")
            }
        }
    }
}
