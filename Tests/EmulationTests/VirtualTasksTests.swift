import Emulation
import Glibc
import PhysicalMemory
import Testing

@Suite struct VirtualTasksTests {
    @Test func `tasks interleave by their instants`() {
        let timeline = Timeline()
        var story: [String] = []
        let ended = VirtualTasks.run(
            on: timeline,
            [
                {
                    for step in 1...3 {
                        timeline.advance(by: 100)
                        story.append("a\(step)@\(timeline.now)")
                    }
                },
                {
                    for step in 1...3 {
                        timeline.advance(by: 70)
                        story.append("b\(step)@\(timeline.now)")
                    }
                },
            ])
        #expect(ended)
        #expect(story == ["b1@70", "a1@100", "b2@140", "a2@200", "b3@210", "a3@300"])
        #expect(timeline.now == 300)
    }

    @Test func `events happen between tasks at their own instants`() {
        let timeline = Timeline()
        var story: [String] = []
        timeline.schedule(after: 50) { story.append("event@\(timeline.now)") }
        #expect(
            VirtualTasks.run(
                on: timeline,
                [
                    {
                        timeline.advance(by: 40)
                        story.append("a@\(timeline.now)")
                    },
                    {
                        timeline.advance(by: 60)
                        story.append("b@\(timeline.now)")
                    },
                ]))
        #expect(story == ["a@40", "event@50", "b@60"])
    }

    @Test func `a task waits for what another one does`() {
        let timeline = Timeline()
        var isReady = false
        var sawItAt: UInt64 = 0
        #expect(
            VirtualTasks.run(
                on: timeline,
                [
                    {
                        let happened = timeline.wait { isReady }
                        if happened { sawItAt = timeline.now }
                    },
                    {
                        timeline.advance(by: 123)
                        isReady = true
                        timeline.advance(by: 1000)
                    },
                ]))
        #expect(sawItAt == 123)
    }

    @Test func `tasks that wait for nothing that can happen are told so`() {
        let timeline = Timeline()
        var result: Bool?
        _ = VirtualTasks.run(on: timeline, [{ result = timeline.wait { false } }])
        #expect(result == false || result == nil)
        #expect(!timeline.isShared)
    }

    @Test func `of turns at the same instant the lower rank is first, behind all else that is due then`() {
        let timeline = Timeline()
        var story: [String] = []
        let ranks = [2, 0, 1]
        let bodies = ranks.map { rank in
            {
                for turn in 0..<2 {
                    timeline.awaitTurn(at: UInt64(turn) * 100, rank: turn * 10 + rank)
                    story.append("\(rank)@\(timeline.now)")
                }
                if rank == 0 { timeline.schedule(after: 0) { story.append("due@\(timeline.now)") } }
            }
        }
        timeline.schedule(after: 100) { story.append("event@\(timeline.now)") }
        #expect(VirtualTasks.run(on: timeline, bodies))
        #expect(
            story == ["0@0", "1@0", "2@0", "event@100", "0@100", "due@100", "1@100", "2@100"])
    }

    @Test func `a turn that is over does not wait, and alone it is just time that passes`() {
        let timeline = Timeline()
        timeline.awaitTurn(at: 500, rank: 0)
        #expect(timeline.now == 500)
        timeline.awaitTurn(at: 400, rank: 1)
        #expect(timeline.now == 500)
    }

    /// Two callers, each on its area of a machine; what each waited for the other, ns.
    private func collide(_ mutex: MutexScope, sameArea: Bool) throws -> (waits: [UInt64], offsets: [[Int?]]) {
        let first = try #require(AreaGeometry(basePFN: 65_536, pages: 4096))
        let second = try #require(AreaGeometry(basePFN: 131_072, pages: 4096))
        let memory = try MachineMemory(
            pages: 262_144, cpus: 2, areas: [first, second], inUse: [65_536..<69_000, 131_072..<135_000],
            kernel: .linux6_1.with { $0.search.mutex = mutex })
        var waits: [UInt64] = [0, 0]
        var offsets: [[Int?]] = [[], []]
        let bodies = (0..<2).map { number in
            {
                let area = memory.areas[sameArea ? 0 : number]
                for _ in 0..<20 {
                    let outcome = area.allocate(
                        AllocationRequest(count: 64, align: 6), mode: .normal, cpu: number)
                    waits[number] += outcome.mutexWaitNanoseconds
                    offsets[number].append(outcome.offset)
                }
            }
        }
        #expect(VirtualTasks.run(on: memory.timeline, bodies))
        return (waits, offsets)
    }

    @Test func `callers on two areas queue for the machine's one mutex`() throws {
        let waits = try collide(.machine, sameArea: false).waits
        #expect(waits[0] > 0 && waits[1] > 0)
    }

    @Test func `they do not wait for each other when each area has its own`() throws {
        let waits = try collide(.area, sameArea: false).waits
        #expect(waits == [0, 0])
    }

    @Test func `callers on one area never get the same pages`() throws {
        let offsets = try collide(.area, sameArea: true).offsets.flatMap { $0 }
        #expect(offsets.allSatisfy { $0 != nil })
        #expect(Set(offsets.compactMap { $0 }).count == 40)
    }

    @Test func `the same tasks end the same way every time`() throws {
        let runs = try (0..<5).map { _ in try collide(.machine, sameArea: true) }
        for run in runs {
            #expect(run.waits == runs[0].waits)
            #expect(run.offsets == runs[0].offsets)
        }
    }

    @Test func `others run while one waits for writeback`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 1024))
        let other = try #require(AreaGeometry(basePFN: 131_072, pages: 1024))
        let memory = try MachineMemory(
            pages: 262_144, cpus: 2, areas: [geometry, other], inUse: [65_536..<65_552],
            kernel: .linux6_1.with { $0.search.mutex = .area })
        memory.setWriteback(65_540, true)
        memory.timeline.schedule(after: 1_000_000_000) { memory.setWriteback(65_540, false) }
        var ends: [UInt64] = [0, 0]
        let bodies = (0..<2).map { number in
            {
                let outcome = memory.areas[number].allocate(
                    AllocationRequest(count: 16, align: 4), mode: .normal, cpu: number)
                if outcome.offset == 0 { ends[number] = memory.timeline.now }
            }
        }
        #expect(VirtualTasks.run(on: memory.timeline, bodies))
        #expect(ends[0] >= 1_000_000_000)
        #expect(ends[1] > 0 && ends[1] < 100_000_000)
    }

    @Test func `what others waited for a call is what they say they waited`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 4096))
        let memory = try MachineMemory(
            pages: 262_144, cpus: 3, areas: [geometry], inUse: [65_536..<69_000])
        memory.setWriteback(65_540, true)
        memory.timeline.schedule(after: 40_000_000) { memory.setWriteback(65_540, false) }
        var waited: [UInt64] = [0, 0, 0]
        var others: [UInt64] = [0, 0, 0]
        let bodies = (0..<3).map { number in
            {
                // The first is in its window when the others come, one 10 ms after the other.
                memory.timeline.advance(by: UInt64(number) * 10_000_000)
                let outcome = memory.areas[0].allocate(
                    AllocationRequest(count: 64, align: 6), mode: .normal, cpu: number)
                waited[number] = outcome.mutexWaitNanoseconds
                others[number] = outcome.othersWaitedNanoseconds
            }
        }
        #expect(VirtualTasks.run(on: memory.timeline, bodies))
        #expect(waited[0] == 0 && waited[1] > 20_000_000 && waited[2] > 10_000_000)
        #expect(others[2] == 0)
        #expect(others.reduce(0, +) == waited.reduce(0, +))
    }

    @Test func `a harvest reserves its windows while others run`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 1024))
        let memory = try MachineMemory(
            pages: 262_144, cpus: 2, areas: [geometry], inUse: [65_536..<66_000])
        let area = memory.areas[0]
        let request = AllocationRequest(count: 16, align: 4)
        var harvested: [Int] = []
        var allocated: [Int] = []
        #expect(
            VirtualTasks.run(
                on: memory.timeline,
                [
                    {
                        var outcome = area.beginCall()
                        harvested = area.harvest(
                            0..<512, for: request, limit: 8, mode: .normal, into: &outcome)
                        area.endCall(&outcome)
                    },
                    {
                        for _ in 0..<8 {
                            guard let offset = area.allocate(request, mode: .normal, cpu: 1).offset
                            else { continue }
                            allocated.append(offset)
                        }
                    },
                ]))
        #expect(harvested.count == 8 && allocated.count == 8)
        #expect(Set(harvested + allocated).count == 16)
        // Every bit stands for pages that are held: all of it can be given back.
        #expect(area.allocatedPages == 256)
        for offset in harvested + allocated { #expect(area.release(offset: offset, count: 16)) }
        #expect(area.allocatedPages == 0)
    }
}

@Suite struct ThreadShortageTests {
    @Test func `tasks without a thread are not run one after the other`() async {
        await #expect(processExitsWith: .success) {
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &none)
            do throws(VirtualTasks.ThreadShortage) {
                _ = try VirtualTasks(count: 2)
            } catch {
                exit(error.errorNumber == EAGAIN ? 0 : 2)
            }
            exit(1)
        }
    }
}
