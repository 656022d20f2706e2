import Foundation

@testable import WorkerProcess

/// The program WorkerProbe, which SwiftPM puts beside the test bundle: one thread that supervises a copy of
/// itself, as devemu does.
enum Probe {
    static var path: String {
        get throws {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: bundle).deletingLastPathComponent()
                .appendingPathComponent("WorkerProbe").path
        }
    }

    /// Starts a probe that supervises `part` in a worker of its own. Not by Foundation's Process,
    /// whose children inherit the blocked signals of the thread that happens to run the test.
    static func start(_ part: String) throws -> Running {
        let program = StandInWorker.Program([try path, "supervise", part])
        let scratch = try ScratchFolder()
        let worker = try ForkedWorker(
            recorder: FlightRecorder(callLimit: .max).descriptor, scratch: scratch,
            body: { _ in program.take() })
        return Running(worker: worker, scratch: scratch)
    }

    /// A probe with the folder that it has as TMPDIR.
    struct Running {
        let worker: ForkedWorker
        let scratch: ScratchFolder
    }

    /// What a probe prints, up to a character or to its end.
    static func output(of probe: Running, upTo last: Character? = nil) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = eventually {
            switch (try? probe.worker.standardOutput.read(into: &buffer)) ?? .end {
            case .bytes(let count): text += buffer[..<count]
            case .nothingYet: break
            case .end: return true
            }
            return last.map { String(decoding: text, as: UTF8.self).contains($0) } ?? false
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The lines that a probe and its worker print in all.
    static func lines(of part: String) throws -> [String] {
        let probe = try start(part)
        let text = output(of: probe)
        _ = try probe.worker.reap()
        return text.split(separator: "\n").map(String.init)
    }
}
