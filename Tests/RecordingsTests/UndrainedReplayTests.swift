import PhysicalMemory
import Testing

@testable import Recordings

/// Recordings of modes that do not drain: what lies on the per-CPU lists and in the LRU batches of the
/// recording's start decides calls, and no record tells it.
@Suite struct UndrainedReplayTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        var name: String
        /// What the search over the unrecorded start finds: pages on the CPU's lists, 66 of them on
        /// those that movable pages do not go to, and the recording program's buffer.
        var perCPUPages: Int
        var slotBytes: Int?
        /// Share of the calls that must be exact.
        var share: Double

        var testDescription: String { name }

        var start: UnrecordedStart {
            var start = UnrecordedStart()
            start.otherPages = min(66, perCPUPages)
            start.movablePages = perCPUPages - start.otherPages
            start.batchedPages = MachineMemory.lruBatchSize - 1
            start.slotBytes = slotBytes
            return start
        }
    }

    /// What differs, as far as it is known:
    ///
    /// - percpu22-nodrain: three calls behind call 200, for the same reason as the next.
    /// - percpu21-nodrain: from call 114 on the kernel's list of movable pages has given more pages back
    ///   to the buddy allocator than the emulated one. `high` counts the pages of all lists: kernel
    ///   activity on the other lists (unmovable, reclaimable) fills the CPU's share as well, and no
    ///   record shows it.
    /// - scene31 and scene32-failfast, mix-failfast: one or two windows that held a page of a batch or
    ///   list of another process at that moment.
    static let expectations = [
        Expectation(name: "percpu21-failfast", perCPUPages: 480, slotBytes: 1744, share: 0.98),
        Expectation(name: "percpu22-failfast", perCPUPages: 110, slotBytes: 1584, share: 0.98),
        Expectation(name: "scene31-failfast", perCPUPages: 370, share: 0.98),
        Expectation(name: "scene32-failfast", perCPUPages: 40, share: 0.98),
        Expectation(name: "mix-failfast", perCPUPages: 310, slotBytes: 1776, share: 0.95),
        Expectation(name: "percpu22-nodrain", perCPUPages: 80, slotBytes: 1584, share: 0.90),
        Expectation(name: "percpu21-nodrain", perCPUPages: 30, slotBytes: 1680, share: 0.75),
    ]

    private func replay(_ name: String, from start: UnrecordedStart) throws -> Replay {
        let recording = try RecordedKernels.recording("undrained/\(name)")
        let mode = try #require(AllocationMode(named: recording.mode))
        return try Replay(of: recording, mode: mode, unrecorded: start, costs: .qemu)
    }

    @Test(arguments: expectations)
    func `nearly every call of a kernel that did not drain is repeated exactly`(
        expectation: Expectation
    ) throws {
        let replay = try replay(expectation.name, from: expectation.start)
        #expect(replay.calls > 200)
        #expect(
            Double(replay.exact) >= expectation.share * Double(replay.calls),
            "\(replay.exact) of \(replay.calls)")
        #expect(replay.exact + replay.differences.count == replay.calls)
    }

    @Test func `percpu21-nodrain is exact until the lists part`() throws {
        let expectation = try #require(Self.expectations.last)
        let replay = try replay(expectation.name, from: expectation.start)
        let first = try #require(replay.differences.first)
        #expect(first.call >= 114)
        // The kernel had pages back that are still on the emulated list: it refuses fewer windows.
        #expect(first.kernel.busy.count < first.emulated.busy.count)
    }

    @Test func `what lay on the lists matters: from an empty start fewer calls are exact`() throws {
        for expectation in Self.expectations where expectation.name.hasPrefix("percpu") {
            let found = try replay(expectation.name, from: expectation.start)
            let empty = try replay(expectation.name, from: UnrecordedStart())
            #expect(empty.exact < found.exact, "\(expectation.name)")
        }
    }

    @Test func `the search finds a start as good as the one these tests name`() throws {
        let expectation = try #require(Self.expectations.first { $0.name == "scene32-failfast" })
        let named = try replay(expectation.name, from: expectation.start)
        let found = try Replay(of: try RecordedKernels.recording("undrained/\(expectation.name)"))
        #expect(found.exact >= named.exact)
        #expect(found.unrecorded != UnrecordedStart())
    }
}
