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
        _ = try WorkerSupervisor.run(
            executable: StandInWorker.executable.get(), arguments: ["ignore-sigterm"],
            timeoutNanoseconds: 300_000_000_000
        ) { frame in
            guard let process = [frame].reportedProcesses.first else { return }
            wasAlive = isRunning(process)
            kill(process, SIGKILL)
        }
        #expect(wasAlive)
    }

    @Test func manyFramesArriveWhole() throws {
        let (report, frames) = try StandInWorker.run("many-frames")
        #expect(report.ending == .finished)
        #expect(frames.count == 20_003)
    }

    @Test func anExecutableThatCannotBeStartedIsAnErrorNamingIt() {
        let error = #expect(throws: WorkerError.self) {
            try WorkerSupervisor.run(executable: "/nonexistent/worker", arguments: []) { _ in }
        }
        #expect(error?.code == .spawnFailed)
        #expect(
            error?.description == "cannot start a worker from /nonexistent/worker: No such file or directory")
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
                _ = try? WorkerSupervisor.run(executable: "/nonexistent", arguments: []) { _ in }
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
