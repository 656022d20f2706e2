import Foundation
import Testing

@testable import WorkerProcess

struct WorkerWatchTests {
    /// Long enough for a stand-in to have started on a busy machine.
    private static let limit: UInt64 = 1_000_000_000
    /// Never reached unless something is wrong.
    private static let never: UInt64 = 300_000_000_000

    @Test(arguments: [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGKILL, SIGTERM, SIGXCPU, SIGSYS, SIGTRAP])
    func aKilledWorkerIsToldByItsSignal(number: Int32) throws {
        let report = try StandInWorker.run("raise", String(number), timeoutNanoseconds: Self.never).report
        #expect(report.ending == .signalled(number: number))
        #expect(report.lastPhase == "run")
    }

    @Test func aNullPointerEndsInSIGSEGV() throws {
        #expect(try StandInWorker.run("dereference-null").report.ending == .signalled(number: SIGSEGV))
    }

    @Test func anAbortEndsInSIGABRT() throws {
        #expect(try StandInWorker.run("abort").report.ending == .signalled(number: SIGABRT))
    }

    @Test func exitZeroWithoutAResultIsNoSuccess() throws {
        #expect(try StandInWorker.run("_exit").report.ending == .exited(status: 0))
    }

    @Test func exitInTheMiddleOfARunKeepsItsStatus() throws {
        #expect(try StandInWorker.run("exit").report.ending == .exited(status: 3))
    }

    @Test(arguments: ["loop", "ignore-sigterm", "leave-group", "stop-itself", "finish-after-sigterm"])
    func noBehaviourOutlivesItsTimeLimit(behaviour: String) throws {
        let (report, _) = try StandInWorker.run(behaviour, timeoutNanoseconds: Self.limit)
        #expect(report.ending == .timedOut(nanoseconds: Self.limit))
        #expect(report.lastPhase == "run")
    }

    @Test func aTimeLimitOfZeroEndsTheWorkerAtOnce() throws {
        #expect(
            try StandInWorker.run("loop", timeoutNanoseconds: 0).report.ending == .timedOut(nanoseconds: 0))
    }

    @Test func aTimeLimitBeyondTheClockIsNone() throws {
        #expect(try StandInWorker.run("finish", timeoutNanoseconds: .max).report.ending == .finished)
    }

    @Test func forkedChildrenAreKilledAndNotWaitedFor() throws {
        let (report, frames) = try StandInWorker.run("fork", timeoutNanoseconds: Self.never)
        #expect(report.ending == .finished)
        let children = frames.reportedProcesses
        #expect(children.count == 3)
        for child in children { #expect(eventually { !isRunning(child) }) }
    }

    @Test func aChildThatEscapedTheGroupDoesNotHoldUpTheReport() throws {
        let (report, frames) = try StandInWorker.run("fork-out-of-group", timeoutNanoseconds: Self.never)
        #expect(report.ending == .finished)
        for child in frames.reportedProcesses { kill(child, SIGKILL) }
    }

    @Test func aFloodOfOutputIsBoundedAndCounted() throws {
        let report = try StandInWorker.run("flood", timeoutNanoseconds: Self.never).report
        #expect(report.ending == .finished)
        #expect(report.standardOutput.text == String(repeating: "x", count: CapturedText.limit))
        #expect(report.standardOutput.droppedByteCount == UInt64(10_000_000 - CapturedText.limit))
        #expect(report.standardError.text == "done")
    }

    @Test func aWorkerWithoutItsChannelIsKilledAsGarbled() throws {
        let report = try StandInWorker.run("close-channel", timeoutNanoseconds: Self.never).report
        #expect(report.ending == .garbled(reason: "the channel was closed before a result"))
    }

    @Test func aChannelMayBeClosedAfterTheResult() throws {
        #expect(try StandInWorker.run("close-channel-after-result").report.ending == .finished)
    }

    @Test func garbageIsRefusedWithItsOffset() throws {
        let report = try StandInWorker.run("write-garbage", timeoutNanoseconds: Self.never).report
        // "this" as a length; the two phase frames before it take 25 bytes.
        let reason = "frame at offset 25 announces 1936287860 bytes, the limit is 67108864"
        #expect(report.ending == .garbled(reason: reason))
        #expect(report.lastPhase == "run")
    }

    @Test func aFlippedBitIsRefusedWithItsOffset() throws {
        let report = try StandInWorker.run("flip-bit", timeoutNanoseconds: Self.never).report
        guard case .garbled(let reason) = report.ending else {
            Issue.record("\(report.ending)")
            return
        }
        #expect(reason.hasPrefix("frame at offset 25 has checksum"))
    }

    @Test func aTruncatedLastFrameIsNoResult() throws {
        let (report, frames) = try StandInWorker.run("truncate")
        #expect(report.ending == .garbled(reason: "the stream ends 10 bytes into the frame at offset 25"))
        #expect(frames == [.phase("load"), .phase("run")])
    }

    @Test func aCrashExplainsItsTruncatedFrame() throws {
        #expect(try StandInWorker.run("crash-in-frame").report.ending == .signalled(number: SIGABRT))
    }
}
