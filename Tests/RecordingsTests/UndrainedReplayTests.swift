import PhysicalMemory
import Testing

@testable import Recordings

/// Recordings in modes that do not drain: what lay on the CPU's lists decides, and the recording does
/// not tell how full they were when it began.
///
/// The known differences are of one kind: a portion of the list went back to the buddy allocator a call
/// earlier or later than in the model, because pages that kernel activity put on the CPU's other lists
/// count towards the same limit and no record shows them. In percpu21-nodrain this begins at call 114,
/// where the kernel's list gives back pages that the model's keeps, and every later call searches from
/// the start through what is left. mix-failfast, scene31-failfast and percpu22-nodrain lose two, two and one
/// call in the same way.
@Suite struct UndrainedReplayTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// The start that `devemu replay` finds and prints as assumed.
        let perCPUPages: Int
        let slotBytes: Int?
        /// Calls that must be exact: as many as there are now, so that losing one shows.
        let exact: Int

        var testDescription: String { name }

        var start: UnrecordedStart {
            var start = UnrecordedStart()
            start.otherPages = min(66, perCPUPages)
            start.movablePages = perCPUPages - start.otherPages
            start.batchedPages = 14
            start.slotBytes = slotBytes
            return start
        }
    }

    static let cases = [
        Case(name: "percpu21-failfast", perCPUPages: 480, slotBytes: 1824, exact: 277),
        Case(name: "percpu22-failfast", perCPUPages: 110, slotBytes: 1632, exact: 261),
        Case(name: "percpu22-nodrain", perCPUPages: 510, slotBytes: 1632, exact: 260),
        Case(name: "percpu21-nodrain", perCPUPages: 90, slotBytes: 1728, exact: 219),
        Case(name: "mix-failfast", perCPUPages: 301, slotBytes: 1824, exact: 293),
        Case(name: "scene31-failfast", perCPUPages: 370, slotBytes: nil, exact: 207),
        Case(name: "scene32-failfast", perCPUPages: 60, slotBytes: nil, exact: 239),
    ]

    @Test(arguments: cases)
    func `nearly every call is repeated exactly`(item: Case) throws {
        let recording = try RecordedKernels.recording(item.name, on: .undrained)
        let mode = try #require(AllocationMode(named: recording.mode))
        let replay = try Replay(of: recording, mode: mode, unrecorded: item.start)
        #expect(replay.exact >= item.exact, "\(replay.exact) of \(replay.calls)")
    }

    @Test func `without what lay on the lists most calls are not`() throws {
        let recording = try RecordedKernels.recording("percpu22-nodrain", on: .undrained)
        let replay = try Replay(of: recording, mode: .noDrain, unrecorded: UnrecordedStart())
        #expect(replay.exact < replay.calls * 3 / 5)
    }

    @Test func `the search finds a start that is at least as good as the known one`() throws {
        let item = Self.cases[0]
        let recording = try RecordedKernels.recording(item.name, on: .undrained)
        let known = try Replay(of: recording, mode: .failFast, unrecorded: item.start)
        let found = try Replay(of: recording)
        #expect(found.exact >= known.exact)
        #expect(found.unrecorded != UnrecordedStart())
    }

    /// Each start that the search knows, executed to its end.
    private func naiveBest(of recording: Recording, from first: Replay) throws -> Replay {
        var best = first
        func consider(_ pages: Int, _ slots: Int?) throws {
            guard best.exact < best.calls else { return }
            var start = UnrecordedStart()
            start.otherPages = min(66, pages)
            start.movablePages = pages - start.otherPages
            start.batchedPages = 14
            start.slotBytes = slots
            let replay = try Replay(of: recording, mode: first.mode, unrecorded: start)
            if replay.exact > best.exact { best = replay }
        }
        let memory = try MachineMemory.area(startOf: recording).memory
        let high = memory.perCPUHigh
        memory.end()
        let steps = recording.scenario("n").flatMap { Int($0) } ?? 0
        let hasSlots = recording.scenario("obuf") == nil
        let slots: [Int?] =
            hasSlots ? stride(from: 2080, through: 2336, by: 32).map { (16 * steps - $0) & 4095 } : [nil]
        for pages in stride(from: 0, through: high, by: 10) {
            for slot in slots { try consider(pages, slot) }
        }
        let found = best.unrecorded
        let near = found.movablePages + found.otherPages
        for pages in max(near - 10, 0)...min(near + 10, high) {
            try consider(pages, hasSlots ? found.slotBytes : nil)
        }
        return best
    }

    @Test(arguments: ["scene32-failfast", "scene31-failfast", "percpu22-failfast"])
    func `giving starts up early finds the start that executing each to its end finds`(name: String) throws {
        let recording = try RecordedKernels.recording(name, on: .undrained)
        let first = try Replay.once(recording)
        let search = try #require(try StartSearch(for: recording, from: first))
        let naive = try naiveBest(of: recording, from: first)
        #expect(search.best.unrecorded == naive.unrecorded)
        #expect(search.best.exact == naive.exact)
        #expect(search.best.differences == naive.differences)
        #expect(search.starts > 1)
    }

    @Test func `an interrupted search ends with the best so far`() throws {
        let recording = try RecordedKernels.recording("percpu22-failfast", on: .undrained)
        let first = try Replay.once(recording)
        var asked = 0
        let search = try StartSearch(for: recording, from: first) {
            asked += 1
            return asked > 5
        }
        #expect(search?.starts == 5)
        let none = try StartSearch(for: recording, from: first) { true }
        #expect(none?.starts == 0)
        #expect(none?.best.exact == first.exact)
    }

    @Test func `a mode that drains needs no search`() throws {
        let replay = try Replay(of: try RecordedKernels.recording("percpu21-normal"))
        #expect(replay.unrecorded == UnrecordedStart())
        #expect(replay.exact == replay.calls)
    }
}
