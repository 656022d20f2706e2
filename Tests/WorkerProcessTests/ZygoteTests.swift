import Foundation
import Testing

@testable import WorkerProcess

struct ZygoteTests {
    /// Runs one job of a zygote and returns what its worker printed.
    private func output(of zygote: Zygote, payload: [UInt8] = []) throws -> String {
        var text = ""
        var jobs = [WorkerPool.Job(number: 0, payload: payload)]
        try WorkerPool(width: 1).run(
            from: zygote, next: { jobs.popLast() },
            onCompletion: { completion in
                if case .success(let report) = completion.report { text = report.standardOutput.text }
                return .goOn
            })
        return text
    }

    @Test func aWorkerHasNoDescriptorThatWasOpenedAfterTheZygote() throws {
        let program = StandInWorker.Program([try StandInWorker.executable.get(), "tell-descriptors"])
        let zygote = try Zygote { _, _ in program.take() }
        let late = open("/dev/null", O_RDONLY)
        defer { close(late) }
        #expect(try output(of: zygote) == "0 1 2 3 4 ")
    }

    @Test func aWorkerSeesNothingOfWhatTheParentDecidedAfterTheZygote() async {
        await #expect(processExitsWith: .success) {
            nonisolated(unsafe) let word = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
            word.pointee = 7
            let zygote = try Zygote { payload, _ in
                let seen = [payload.first ?? 0, word.pointee, 10]
                write(1, "\(seen[0]) \(seen[1])", 3)
                _exit(0)
            }
            word.pointee = 9
            exit(try ZygoteTests().output(of: zygote, payload: [5]) == "5 7" ? 0 : 1)
        }
    }

    @Test func whenTheZygoteIsKilledRunningWorkersGoOnAndNoneIsStarted() async {
        await #expect(processExitsWith: .success) {
            let program = StandInWorker.Program([try StandInWorker.executable.get(), "finish"])
            let zygote = try Zygote { _, _ in program.take() }
            var jobs = [1, 0].map { WorkerPool.Job(number: $0, payload: []) }
            var ended: [Int] = []
            var isGone = false
            try WorkerPool(width: 1).run(
                from: zygote, next: { jobs.popLast() },
                onCompletion: { completion in
                    switch completion.report {
                    case .success: ended.append(completion.job)
                    case .failure(let error): isGone = error.code == .zygoteGone
                    }
                    zygote.kill()
                    return .goOn
                })
            exit(ended == [0] && isGone ? 0 : 1)
        }
    }

    @Test func aWorkerLeadsASessionWithoutATerminal() async {
        await #expect(processExitsWith: .success) {
            let zygote = try Zygote { _, _ in
                let isAlone = getsid(0) == getpid() && open("/dev/tty", O_RDWR) < 0 && errno == ENXIO
                write(1, isAlone ? "yes" : "no ", 3)
                _exit(0)
            }
            exit(try ZygoteTests().output(of: zygote) == "yes" ? 0 : 1)
        }
    }
}
