import Foundation
import Testing

@testable import WorkerProcess

struct WorkerSupervisorTests {
    @Test func aGoodRunDeliversItsFramesInOrderAndFinishes() throws {
        let (report, frames) = try StandInWorker.run("finish")
        #expect(report.ending == .finished)
        #expect(report.lastPhase == "run")
        #expect(
            frames == [
                .phase("load"), .phase("run"), .log(level: 2, message: "hello"), .result(Array("42".utf8)),
            ])
    }

    @Test func printedTextIsKeptApartFromTheFrames() throws {
        let report = try StandInWorker.run("finish").report
        #expect(report.standardOutput == CapturedText(text: "to stdout\n", droppedByteCount: 0))
        #expect(report.standardError == CapturedText(text: "to stderr\n", droppedByteCount: 0))
    }

    @Test func aDocumentedFailureKeepsItsCodeAndMessage() throws {
        let report = try StandInWorker.run("fail").report
        #expect(report.ending == .failed(code: 5, message: "refused: no entry"))
    }

    @Test func aResultWithABadExitStatusIsNotFinished() throws {
        let (report, frames) = try StandInWorker.run("finish-with-status")
        #expect(report.ending == .exited(status: 3))
        #expect(frames.last == .result(Array("42".utf8)))
    }

    @Test func framesAreDeliveredWhileTheWorkerRuns() throws {
        var wasAlive = false
        let program = StandInWorker.Program([try StandInWorker.executable.get(), "ignore-sigterm"])
        _ = try WorkerSupervisor.run(timeoutNanoseconds: 300_000_000_000) { frame in
            guard let process = [frame].reportedProcesses.first else { return }
            wasAlive = isRunning(process)
            kill(process, SIGKILL)
        } body: { _ in
            program.take()
        }
        #expect(wasAlive)
    }

    @Test func manyFramesArriveWhole() throws {
        let (report, frames) = try StandInWorker.run("many-frames")
        #expect(report.ending == .finished)
        #expect(frames.count == 20_003)
    }

    @Test func aWorkerForWhichThereIsNoDescriptorIsAnErrorNamingTheCall() async {
        await #expect(processExitsWith: .success) {
            try forbidDescriptors()
            do throws(WorkerError) {
                _ = try WorkerSupervisor.run(onFrame: { _ in }, body: { _ in _exit(1) })
            } catch {
                let isNamed = error.description == "memfd_create failed: Too many open files"
                exit(error.code == .systemCallFailed && isNamed ? 0 : 1)
            }
            exit(2)
        }
    }

    @Test func supervisionLeavesNoDescriptorOpen() async throws {
        // Other tests open descriptors at the same time: so it runs in a process of its own. What built
        // the stand-in closes its own descriptors in its own time, hence the margin: fewer than a leak
        // of one in each of six runs would leave open.
        await #expect(processExitsWith: .success) {
            func openCount() -> Int { (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 } }
            _ = try StandInWorker.run("finish")
            let before = openCount()
            for _ in 0..<6 {
                for behaviour in ["finish", "abort", "truncate", "fork", "write-garbage"] {
                    _ = try StandInWorker.run(behaviour)
                }
            }
            exit(abs(openCount() - before) < 6 ? 0 : 1)
        }
    }

    @Test func everyWorkerIsReaped() async throws {
        await #expect(processExitsWith: .success) {
            for behaviour in ["finish", "abort", "fork", "write-garbage"] {
                _ = try StandInWorker.run(behaviour)
            }
            // The compiler of the stand-in was reaped as well, so there must be no child at all.
            exit(waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD ? 0 : 1)
        }
    }

    @Test func aParentWithClosedStandardDescriptorsStillGetsEverything() async throws {
        await #expect(processExitsWith: .success) {
            _ = try StandInWorker.executable.get()
            for number: Int32 in 0...2 { close(number) }
            let (report, frames) = try StandInWorker.run("finish")
            let isWhole =
                report.ending == .finished && frames.count == 4
                && report.standardOutput.text == "to stdout\n" && report.standardError.text == "to stderr\n"
            exit(isWhole ? 0 : 1)
        }
    }
}

/// No further descriptor can be opened by this process.
func forbidDescriptors() throws {
    var limit = rlimit(rlim_cur: 0, rlim_max: 0)
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    limit.rlim_cur = 0
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
}
