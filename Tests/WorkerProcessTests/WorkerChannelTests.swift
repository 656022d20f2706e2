import Foundation
import Testing

@testable import WorkerProcess

struct WorkerChannelTests {
    /// The probe, which SwiftPM puts beside the test bundle.
    private static var probe: URL {
        get throws {
            let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(fileURLWithPath: bundle).deletingLastPathComponent()
                .appendingPathComponent("WorkerProbe")
        }
    }

    /// Starts a probe that supervises `part` in a worker of its own. Not by Foundation's Process,
    /// whose children inherit the blocked signals of the thread that happens to run the test.
    private static func startProbe(_ part: String) throws -> SpawnedWorker {
        try SpawnedWorker(
            executable: probe.path, arguments: ["supervise", part], environment: [:],
            recorder: FlightRecorder(callLimit: .max).descriptor)
    }

    /// What a probe prints, up to a character or to its end.
    private static func output(of probe: SpawnedWorker, upTo last: Character? = nil) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = eventually {
            switch (try? probe.standardOutput.read(into: &buffer)) ?? .end {
            case .bytes(let count): text += buffer[..<count]
            case .nothingYet: break
            case .end: return true
            }
            return last.map { String(decoding: text, as: UTF8.self).contains($0) } ?? false
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func lines(of part: String) throws -> [String] {
        let probe = try startProbe(part)
        let text = output(of: probe)
        _ = try probe.reap()
        return text.split(separator: "\n").map(String.init)
    }

    @Test func theSameBinaryRunsAsParentAndWorker() throws {
        let lines = try Self.lines(of: "inspect")
        #expect(lines.contains("ending=finished"))
        #expect(lines.contains("stdout=printed by the worker"))
    }

    @Test func anAdoptedWorkerIsContained() throws {
        let lines = try Self.lines(of: "inspect")
        #expect(lines.contains("core=0"))
        #expect(lines.contains("leader=true"))
        #expect(lines.contains("inheritable=[0, 1, 2]"))
        #expect(lines.contains("variable=removed"))
        #expect(lines.contains("backtrace=enable=no"))
    }

    @Test func linesPrintedBeforeACrashAreKept() throws {
        let lines = try Self.lines(of: "trap")
        #expect(lines == ["ending=signalled(number: \(SIGABRT))", "stdout=the last words"])
    }

    @Test func aWorkerThatLostItsChannelIsGarbled() throws {
        let lines = try Self.lines(of: "lose-channel")
        #expect(lines.first?.hasPrefix("ending=garbled") == true)
    }

    @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
    func killingTheParentKillsTheWorker(number: Int32) throws {
        let probe = try Self.startProbe("hang")
        let text = Self.output(of: probe, upTo: "\n")
        let worker = try #require(Int32(text.trimmingPrefix("pid=").prefix { $0 != "\n" }))
        #expect(isRunning(worker))
        kill(probe.process, number)
        #expect(try probe.reap() & 0x7f == number)
        #expect(eventually { !isRunning(worker) })
    }

    @Test func aProcessNotStartedBySupervisionIsNoWorker() {
        let error = #expect(throws: WorkerError.self) { try WorkerChannel.adopt() }
        #expect(error?.code == .notAWorker)
        #expect(error?.context.subject == "DEVEMU_WORKER_CHANNEL")
    }

    @Test func aWorkerWhoseParentIsGoneDoesNotStart() async {
        await #expect(processExitsWith: .success) {
            setenv("DEVEMU_WORKER_CHANNEL", "1", 1)
            setenv("DEVEMU_WORKER_PARENT", String(getpid()), 1)
            do throws(WorkerError) {
                _ = try WorkerChannel.adopt()
            } catch {
                exit(error.code == .parentGone ? 0 : 1)
            }
            exit(2)
        }
    }

    @Test func aSendWithoutAReaderReturnsFalseAndStaysQuiet() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            let pipe = try WorkerProcess.Pipe()
            pipe.reading.close()
            let channel = WorkerChannel(descriptor: pipe.writing.number)
            let answers = [channel.send(.phase("run")), channel.isOpen, channel.send(.phase("run"))]
            exit(answers == [false, false, false] ? 0 : 1)
        }
    }

    @Test func aFrameOverTheLimitIsRefusedWithoutBreakingTheChannel() throws {
        let pipe = try WorkerProcess.Pipe()
        let channel = WorkerChannel(descriptor: pipe.writing.number)
        #expect(!channel.send(.result([UInt8](repeating: 0, count: WorkerFrame.payloadLimit + 1))))
        #expect(channel.send(.phase("run")))
    }

    @Test func framesOfManyThreadsNeverInterleave() throws {
        let pipe = try WorkerProcess.Pipe()
        let channel = WorkerChannel(descriptor: pipe.writing.number)
        let threads = 8
        let each = 200
        // Longer than PIPE_BUF, so that the kernel gives no help.
        for index in 0..<threads {
            Thread {
                for _ in 0..<each {
                    channel.send(.result([UInt8](repeating: UInt8(index), count: 9000)))
                }
            }.start()
        }
        var decoder = FrameDecoder()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var counts = [Int](repeating: 0, count: threads)
        while counts.reduce(0, +) < threads * each {
            if case .bytes(let count) = try pipe.reading.read(into: &buffer) {
                decoder.feed(buffer[..<count])
            }
            while let frame = try decoder.next() {
                guard case .result(let bytes) = frame else { continue }
                counts[Int(bytes[0])] += 1
            }
        }
        #expect(counts == [Int](repeating: each, count: threads))
        #expect(decoder.isAtBoundary)
    }
}
