import Testing

@testable import PhysicalMemory

/// Random lives of an area against the naive model: 6 geometries, 20,000 operations each.
@Suite struct ContiguousAreaPropertyTests {
    struct Setup: Sendable, CustomTestStringConvertible {
        var base: Int
        var pages: Int
        var order: Int
        var seed: UInt64

        var testDescription: String { "\(pages) pages at \(base), order \(order), seed \(seed)" }
    }

    static let setups = [
        Setup(base: 0x2000, pages: 64, order: 0, seed: 1),
        Setup(base: 0x10200, pages: 130, order: 0, seed: 2),
        Setup(base: 65_536 + 21, pages: 200, order: 0, seed: 3),
        Setup(base: 0x10204, pages: 256, order: 2, seed: 4),
        Setup(base: 0x2008, pages: 192, order: 3, seed: 5),
        Setup(base: 0x2003, pages: 96, order: 1, seed: 6),
    ]

    @Test(arguments: setups)
    func `every decision is the naive model's`(setup: Setup) throws {
        var life = try RandomLife(setup)
        for step in 0..<20_000 {
            if let difference = life.step() {
                Issue.record("operation \(step): \(difference)")
                return
            }
            guard step % 250 == 0 else { continue }
            let findings = step % 2500 == 0 ? life.area.memory.zone.checkInvariants() : []
            guard findings.isEmpty else {
                Issue.record("operation \(step): \(findings)")
                return
            }
            #expect(life.area.states == life.model.states)
            #expect(life.area.allocatedPages == life.model.bits.filter { $0 }.count << setup.order)
        }
        // The life was an eventful one.
        #expect(life.succeeded > 1000)
        #expect(life.refusedBusy > 200)
        #expect(life.refusedWithoutTrying > 50)
        #expect(life.model.secondLaps.begun > 50)
        #expect(life.model.secondLaps.successful > 5)
        #expect(life.released > 1000)
    }
}

/// An area and its model, fed with the same operations.
private struct RandomLife {
    let area: ContiguousArea
    var model: NaiveArea
    var generator: SeededGenerator
    /// Ranges that the operations so far hold.
    var held: [Range<Int>] = []
    var succeeded = 0
    var refusedBusy = 0
    var refusedWithoutTrying = 0
    var released = 0

    init(_ setup: ContiguousAreaPropertyTests.Setup) throws {
        area = try makeArea(pages: setup.pages, base: setup.base, orderPerBit: setup.order)
        model = NaiveArea(base: setup.base, pages: setup.pages, order: setup.order)
        generator = SeededGenerator(seed: setup.seed)
    }

    /// One operation on both; what differs, or nil.
    mutating func step() -> String? {
        switch generator.below(100) {
        case 0..<45: return allocate()
        case 45..<70: return release()
        case 70..<73: return releaseAnything()
        case 73..<86: mark(.pinned, longest: 1)
        case 86..<93: mark(.free, longest: 6)
        default: mark(.movable, longest: 24)
        }
        return nil
    }

    private mutating func allocate() -> String? {
        // The modes with the cache come twice: theirs is the longer story.
        let modes: [AllocationMode] = [
            .normal, .cached, .noDrain, .noRetry, .failFast, .cached, .failFast,
        ]
        let mode = modes[generator.below(modes.count)]
        let count = generator.below(12) == 0 ? 1 + generator.below(model.pages) : 1 + generator.below(20)
        let align = generator.below(7)
        // The naive area knows no per-CPU lists.
        if !mode.drainsPerCPULists { area.drain() }
        let outcome = area.allocate(AllocationRequest(count: count, align: align), mode: mode)
        let expected = model.allocate(count: count, align: align, caching: mode.cachesLastFailure)
        let answer = NaiveArea.Answer(
            offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: area.busyWindows,
            migrated: outcome.pagesMigrated)
        guard answer == expected, outcome.busyRetries == expected.busy.count else {
            return
                "\(count) pages aligned to 2^\(align), \(mode.name(on: .linux6_1)): \(answer), not \(expected)"
        }
        if let offset = answer.offset {
            held.append(offset..<offset + count)
            succeeded += 1
        } else if answer.errno == -16 {
            refusedBusy += 1
        } else {
            refusedWithoutTrying += 1
        }
        return nil
    }

    /// Releases all or part of something held.
    private mutating func release() -> String? {
        guard !held.isEmpty else { return nil }
        let whole = held.remove(at: generator.below(held.count))
        var part = whole
        if generator.below(4) == 0 {
            let start = whole.lowerBound + generator.below(whole.count)
            part = start..<start + 1 + generator.below(whole.upperBound - start)
            if whole.lowerBound < part.lowerBound { held.append(whole.lowerBound..<part.lowerBound) }
            if part.upperBound < whole.upperBound { held.append(part.upperBound..<whole.upperBound) }
        }
        guard release(part) == true else { return "release of \(part), which is held, differs" }
        released += 1
        return nil
    }

    /// Releases a range that may be held, free or neither; some reach over the ends of the area.
    private mutating func releaseAnything() -> String? {
        let start = generator.below(model.pages + 4) - 2
        let range = start..<start + 1 + generator.below(6)
        guard let accepted = release(range) else { return "release of \(range) differs" }
        guard accepted else { return nil }
        held = held.flatMap { whole in
            guard whole.overlaps(range) else { return [whole] }
            let left = whole.lowerBound..<max(whole.lowerBound, range.lowerBound)
            let right = min(whole.upperBound, range.upperBound)..<whole.upperBound
            return [left, right].filter { !$0.isEmpty }
        }
        return nil
    }

    /// What both said to a release; nil when they contradict each other.
    private mutating func release(_ range: Range<Int>) -> Bool? {
        let accepted = area.release(offset: range.lowerBound, count: range.count)
        return accepted == model.release(offset: range.lowerBound, count: range.count) ? accepted : nil
    }

    /// Gives the pages of a random stretch that are not held a state of their own.
    private mutating func mark(_ state: PageState, longest: Int) {
        let start = generator.below(model.pages)
        for page in start..<min(start + 1 + generator.below(longest), model.pages)
        where model.states[page] != .held {
            area[page] = state
            model.states[page] = state
        }
    }
}
