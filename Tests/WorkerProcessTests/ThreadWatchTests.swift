import Foundation
import Testing

@testable import WorkerProcess

@Suite struct ThreadWatchTests {
    @Test func `threads are counted, and there are none where there is no process`() throws {
        let before = try #require(ThreadWatch.count(of: getpid()))
        #expect(before >= 1)
        #expect(ThreadWatch.count(of: 0x7fff_ffff) == nil)
    }

    @Test func `a worker that starts threads without end is killed for them`() throws {
        let run = try StandInWorker.run("threads", timeoutNanoseconds: 60_000_000_000)
        #expect(run.report.ending == .signalled(number: SIGKILL))
        #expect(try #require(run.report.excessThreads) > ThreadWatch.limit)
    }
}
