import Foundation
import Testing

@testable import WorkerProcess

struct WorkerPoolTests {
    /// A file that workers write to; removed with the test.
    private final class Notes {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("worker-pool-\(getpid())-\(UInt64.random(in: 0 ... .max))").path

        deinit { unlink(path) }

        /// Each line's sign, job and process.
        var lines: [(sign: Substring, job: Int, process: Int32)] {
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard words.count == 3, let job = Int(words[1]), let process = Int32(words[2]) else {
                    return nil
                }
                return (words[0], job, process)
            }
        }
    }

    private func jobs(_ behaviours: [String], _ more: [String: String] = [:]) -> [[String: String]] {
        behaviours.enumerated().map { index, behaviour in
            more.merging(["BEHAVIOUR": behaviour, "JOB": String(index)]) { $1 }
        }
    }

    private func programs(_ jobs: [[String: String]]) throws -> [StandInWorker.Program] {
        let executable = try StandInWorker.executable.get()
        return jobs.map { StandInWorker.Program([executable], environment: $0) }
    }

    /// Runs all jobs and collects what became of them, in the order of completion.
    private func run(
        _ jobs: [[String: String]], width: Int, then decide: (WorkerPool.Completion) -> WorkerPool.Decision
    ) throws -> [WorkerPool.Completion] {
        var completions: [WorkerPool.Completion] = []
        let programs = try programs(jobs)
        try WorkerPool(width: width).run(jobs.count) { job, _ in
            programs[job].take()
        } onCompletion: { completion in
            completions.append(completion)
            return decide(completion)
        }
        return completions
    }

    @Test(arguments: [1, 3, 50])
    func everyJobIsRunOnceAndKnowsItsOwnEnvironment(width: Int) throws {
        let jobs = jobs(Array(repeating: "tell-job", count: 20))
        let completions = try run(jobs, width: width) { _ in .goOn }
        #expect(completions.map(\.job).sorted() == Array(0..<20))
        for completion in completions {
            #expect(completion.result == Array(String(completion.job).utf8))
            #expect(completion.lines == ["working"])
            #expect(try completion.report.get().ending == .finished)
        }
    }

    @Test func aSingleWorkerTakesTheJobsInOrder() throws {
        let completions = try run(jobs(Array(repeating: "tell-job", count: 6)), width: 1) { _ in .goOn }
        #expect(completions.map(\.job) == Array(0..<6))
    }

    @Test func resultsAreTheSameWhateverTheWidth() throws {
        let jobs = jobs((0..<12).map { $0 % 5 == 2 ? "abort" : $0 % 5 == 3 ? "fail" : "tell-job" })
        func outcome(width: Int) throws -> [String] {
            try run(jobs, width: width) { _ in .goOn }.sorted { $0.job < $1.job }
                .map { "\($0.job) \($0.report) \(String(describing: $0.result)) \($0.lines)" }
        }
        #expect(try outcome(width: 1) == outcome(width: 4))
    }

    @Test(arguments: [1, 3])
    func noMoreThanTheWidthRunAtATime(width: Int) throws {
        let notes = Notes()
        let jobs = jobs(Array(repeating: "come-and-go", count: 12), ["NOTES": notes.path])
        _ = try run(jobs, width: width) { _ in .goOn }
        var present = 0
        for line in notes.lines {
            present += line.sign == "+" ? 1 : -1
            #expect(present <= width)
        }
        #expect(notes.lines.count == 24)
    }

    @Test func asManyAsTheWidthRunAtTheSameTime() throws {
        let notes = Notes()
        // Each ends only when all four are there.
        let jobs = jobs(Array(repeating: "meet", count: 4), ["NOTES": notes.path, "GUESTS": "4"])
        let completions = try run(jobs, width: 4) { _ in .goOn }
        #expect(completions.allSatisfy { $0.result != nil })
    }

    @Test func aCrashStopsNoOtherJob() throws {
        let behaviours = [
            "abort", "tell-job", "dereference-null", "exit", "write-garbage", "tell-job", "fail",
        ]
        let completions = try run(jobs(behaviours), width: 2) { _ in .goOn }.sorted { $0.job < $1.job }
        let endings = try completions.map { try $0.report.get().ending }
        #expect(
            endings.map { $0 == .finished } == [false, true, false, false, false, true, false])
        #expect(endings[0] == .signalled(number: SIGABRT))
        #expect(endings[2] == .signalled(number: SIGSEGV))
        #expect(endings[6] == .failed(code: 5, message: "refused: no entry"))
    }

    @Test func theTimeLimitHoldsForEachJob() throws {
        var endings: [WorkerEnding] = []
        let programs = try programs(jobs(["loop", "loop", "loop"]))
        try WorkerPool(width: 2, timeoutNanoseconds: 0).run(3) { job, _ in
            programs[job].take()
        } onCompletion: { completion in
            if case .success(let report) = completion.report { endings.append(report.ending) }
            return .goOn
        }
        #expect(endings == Array(repeating: .timedOut(nanoseconds: 0), count: 3))
    }

    @Test func aWorkerThatCannotBeStartedIsItsJobsReport() async {
        await #expect(processExitsWith: .success) {
            let zygote = try Zygote { _, _ in _exit(1) }
            try forbidDescriptors()
            var failures: [WorkerError.Code] = []
            var waiting = 0..<3
            try WorkerPool(width: 2).run(
                from: zygote,
                next: { waiting.popFirst().map { WorkerPool.Job(number: $0, payload: []) } },
                onCompletion: {
                    if case .failure(let error) = $0.report { failures.append(error.code) }
                    return .goOn
                })
            exit(failures == Array(repeating: .systemCallFailed, count: 3) ? 0 : 1)
        }
    }

    @Test func aSignalStartsNoJobAndIsTold() async {
        await #expect(processExitsWith: .success) {
            let interruption = try Interruption()
            let tests = WorkerPoolTests()
            let programs = try tests.programs(tests.jobs(Array(repeating: "tell-job", count: 6)))
            var completed: [Int] = []
            let signal = try WorkerPool(width: 2).run(
                6, interruption: interruption,
                body: { job, _ in programs[job].take() },
                onCompletion: { completion in
                    if completed.isEmpty { pthread_kill(pthread_self(), SIGTERM) }
                    completed.append(completion.job)
                    return .goOn
                })
            exit(signal == SIGTERM && completed.sorted() == [0, 1] ? 0 : 1)
        }
    }

    @Test func aSecondSignalKillsTheJobsThatRun() async {
        await #expect(processExitsWith: .success) {
            let interruption = try Interruption()
            let tests = WorkerPoolTests()
            let programs = try tests.programs(
                tests.jobs(["tell-job", "stay", "stay"], ["NOTES": "/dev/null"]))
            var completed: [Int] = []
            let signal = try WorkerPool(width: 2).run(
                3, interruption: interruption,
                body: { job, _ in programs[job].take() },
                onCompletion: { completion in
                    completed.append(completion.job)
                    pthread_kill(pthread_self(), SIGINT)
                    pthread_kill(pthread_self(), SIGTERM)
                    return .goOn
                })
            exit(signal == SIGTERM && completed == [0] ? 0 : 1)
        }
    }

    @Test func onlyTheLastLinesOfAJobAreKept() throws {
        let completion = try #require(try run(jobs(["many-frames"]), width: 1) { _ in .goOn }.first)
        #expect(completion.lines == Array(repeating: "line", count: WorkerPool.lineLimit))
    }

    @Test func noJobsAreNoWork() throws {
        #expect(try run([], width: 4) { _ in .goOn }.isEmpty)
    }

    @Test func stoppingStartsNoJobAndStillDeliversThoseThatRun() throws {
        #expect(
            try run(jobs(Array(repeating: "tell-job", count: 5)), width: 1) { _ in .startNoMore }.map(\.job)
                == [0])
        let notes = Notes()
        let guests = ["NOTES": notes.path, "GUESTS": "2"]
        // The second can only end after the first was decided on, which writes the last line.
        let completions = try run(jobs(["tell-job", "meet", "tell-job", "tell-job"], guests), width: 2) {
            if $0.job == 0 {
                _ = eventually { notes.lines.count == 1 }
                try? "+ 1 0\n+ 0 0\n".write(toFile: notes.path, atomically: false, encoding: .utf8)
            }
            return .startNoMore
        }
        #expect(completions.map(\.job) == [0, 1])
    }

    @Test func killingTheOthersLeavesNoProcessBehind() async throws {
        await #expect(processExitsWith: .success) {
            let notes = Notes()
            let jobs = WorkerPoolTests().jobs(
                ["meet", "stay", "stay", "stay", "stay", "tell-job"], ["NOTES": notes.path, "GUESTS": "4"])
            let completions = try WorkerPoolTests().run(jobs, width: 4) { _ in .killOthers }
            let others = notes.lines.filter { $0.job != 0 }
            let isClean =
                completions.map(\.job) == [0] && others.map(\.job).sorted() == [1, 2, 3]
                && others.allSatisfy { !isRunning($0.process) }
            // The compiler of the stand-in was reaped as well, so there must be no child at all.
            let isAlone = waitpid(-1, nil, WNOHANG) == -1 && errno == ECHILD
            unlink(notes.path)
            exit(isClean && isAlone ? 0 : 1)
        }
    }

    @Test func aPoolLeavesNoDescriptorOpen() async throws {
        await #expect(processExitsWith: .success) {
            func openCount() -> Int { (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 } }
            _ = try StandInWorker.run("finish")
            let before = openCount()
            let jobs = WorkerPoolTests().jobs(
                ["tell-job", "abort", "stay", "tell-job"], ["NOTES": "/dev/null"])
            for _ in 0..<6 {
                _ = try WorkerPoolTests().run(jobs, width: 3) { _ in .killOthers }
            }
            exit(abs(openCount() - before) < 6 ? 0 : 1)
        }
    }
}
