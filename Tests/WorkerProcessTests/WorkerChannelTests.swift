import Foundation
import Testing

@testable import WorkerProcess

struct WorkerChannelTests {
    @Test func theSameBinaryRunsAsParentAndWorker() throws {
        let lines = try Probe.lines(of: "inspect")
        #expect(lines.contains("ending=finished"))
        #expect(lines.contains("stdout=printed by the worker"))
    }

    @Test func anAdoptedWorkerIsContained() throws {
        let lines = try Probe.lines(of: "inspect")
        #expect(lines.contains("core=0"))
        #expect(lines.contains("leader=true"))
        #expect(lines.contains("inheritable=[0, 1, 2]"))
    }

    @Test func linesPrintedBeforeACrashAreKept() throws {
        let lines = try Probe.lines(of: "trap")
        #expect(lines == ["ending=signalled(number: \(SIGABRT))", "stdout=the last words"])
    }

    @Test func aWorkerThatLostItsChannelIsGarbled() throws {
        let lines = try Probe.lines(of: "lose-channel")
        #expect(lines.first?.hasPrefix("ending=garbled") == true)
    }

    @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
    func killingTheParentKillsTheWorker(number: Int32) throws {
        let probe = try Probe.start("hang")
        let text = Probe.output(of: probe, upTo: "\n")
        let worker = try #require(Int32(text.trimmingPrefix("pid=").prefix { $0 != "\n" }))
        #expect(isRunning(worker))
        kill(probe.worker.process, number)
        #expect(try probe.worker.reap() & 0x7f == number)
        #expect(eventually { !isRunning(worker) })
    }

    @Test func aWorkerWhoseParentIsGoneDoesNotStart() async {
        await #expect(processExitsWith: .success) {
            do throws(WorkerError) {
                _ = try WorkerStart(supervisor: getpid()).adopt()
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
