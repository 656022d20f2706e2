import Testing

@testable import PhysicalMemory

/// Lists that tune themselves, against a plain model of them and in single steps.
@Suite struct TunedListTests {
    /// The lists of one CPU as arrays of blocks, the youngest first, and the rules written down one after the other.
    struct NaiveLists {
        let isSliced: Bool
        let threshold: Int
        let batch: Int
        let least: Int
        let most: Int
        var lists = [[Int]](repeating: [], count: 12)
        var high: Int
        var freeCount = 0
        var allocFactor = 0
        var previousHighOrder = false

        var count: Int { lists.indices.reduce(0) { $0 + lists[$1].count << ($1 / 3) } }

        mutating func bulk(_ number: Int, from first: Int) {
            var left = min(number, count)
            var list = first
            while left > 0 {
                while left > 0, !lists[list].isEmpty {
                    lists[list].removeLast()
                    left -= 1 << (list / 3)
                }
                list = (list + 1) % 12
            }
        }

        mutating func free(_ pfn: Int, order: Int, list: Int) {
            allocFactor /= 2
            lists[list].insert(pfn, at: 0)
            let emptying = order > 0 && previousHighOrder && freeCount >= threshold && count >= batch
            previousHighOrder = order > 0
            if freeCount < 32 * batch { freeCount += 1 << order }
            high = max(least, min(high, most))
            var number = 0
            if emptying {
                high = max(high - 32 * batch, least)
                number = min(count, 32 * batch)
            } else if count >= high {
                let limit = high
                if high < freeCount + batch { high = min(max(freeCount + batch, least), most) }
                number = min(max(freeCount, batch), max(limit - batch, batch))
            }
            guard isSliced else { return bulk(number, from: list) }
            while number > 0, count > 0 {
                bulk(min(number, batch), from: list)
                number -= batch
            }
        }

        /// - Returns: blocks that an empty list is filled with.
        mutating func refill() -> Int {
            high = max(least, min(high, most))
            var pages = batch << allocFactor
            high = min(high + pages, most)
            let room = max(high - count - batch, batch)
            if pages <= room, allocFactor < 5 { allocFactor += 1 }
            pages = min(pages, room)
            return max(pages, 2)
        }
    }

    private func state(of naive: NaiveLists) -> CPUListState {
        var state = CPUListState()
        state.count = naive.count
        state.high = naive.high
        state.freeCount = naive.freeCount
        state.allocFactor = naive.allocFactor
        state.lastFreedHighOrder = naive.previousHighOrder
        for order in 0...3 { state.movable[order] = naive.lists[3 * order + 1].count << order }
        return state
    }

    @Test(arguments: [Kernel.linux6_12, .linux7_3], [1, 2, 3, 4])
    func `lists are what a plain model of them is after every block`(kernel: Kernel, seed: UInt64) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 16_384))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
        let zone = memory.zone
        memory.areas[0].hold(offset: 0, count: 16_384)
        let sizes = memory.listSizes(cpu: 0)
        var naive = NaiveLists(
            isSliced: kernel == .linux7_3,
            threshold: kernel == .linux7_3 ? sizes.batch + sizes.least / 2 : sizes.batch, batch: sizes.batch,
            least: sizes.least, most: sizes.most, high: sizes.least)
        var generator = SeededGenerator(seed: seed)
        var pfn = 65_536
        var refills = 0
        for step in 0..<3000 {
            // Runs of frees, now and then an allocation; at first allocations alone, so that lists are filled.
            if step < 300 || generator.below(12) == 0 {
                naive.freeCount /= 2
                if naive.lists[1].isEmpty {
                    let wanted = naive.refill()
                    let taken = try #require(zone.takePerCPU(.movable, cpu: 0))
                    zone.set(taken, .kernel)
                    // Which pages come is the buddy allocator's business.
                    naive.lists[1] = [Int](repeating: taken, count: wanted - 1)
                    refills += 1
                } else {
                    zone.set(try #require(zone.takePerCPU(.movable, cpu: 0)), .kernel)
                    naive.lists[1].removeFirst()
                }
            } else {
                let order = kernel == .linux7_3 ? generator.below(4) : 0
                pfn = (pfn + 1 << order - 1) & ~(1 << order - 1)
                guard pfn + 1 << order <= 65_536 + 16_384 else { break }
                zone.free(pfn, order: order, cpu: 0)
                naive.free(pfn, order: order, list: 3 * order + 1)
                pfn += 1 << order
            }
            #expect(memory.listState(cpu: 0) == state(of: naive), "step \(step)")
            guard memory.listState(cpu: 0) == state(of: naive) else { break }
        }
        #expect(refills > 2)
        #expect(zone.checkInvariants() == [])
    }

    private func machine(_ kernel: Kernel, cpus: Int = 1) throws -> MachineMemory {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 8192))
        let memory = try MachineMemory(pages: 131_072, cpus: cpus, areas: [geometry], kernel: kernel)
        memory.areas[0].hold(offset: 0, count: 8192)
        return memory
    }

    @Test func `runs freed page by page and freed at once leave the same lists`() throws {
        let (single, whole) = (try machine(.linux6_12), try machine(.linux6_12))
        for pfn in 65_536..<70_000 { single.zone.freePage(pfn, cpu: 0) }
        whole.zone.freePages(65_536..<70_000, cpu: 0)
        #expect(single.listState(cpu: 0) == whole.listState(cpu: 0))
        #expect(single.freePages == whole.freePages)
        #expect(whole.zone.checkInvariants() == [])
    }

    @Test(arguments: [Kernel.linux6_1, .linux6_12])
    func `lists can be used when the clock stands at its end`(kernel: Kernel) throws {
        let memory = try machine(kernel)
        memory.timeline.advance(by: .max)
        memory.zone.freePages(65_536..<70_000, cpu: 0)
        memory.timeline.advance(by: .max)
        memory.zone.decayLists()
        #expect(memory.zone.checkInvariants() == [])
    }

    @Test func `lists decay with each second, and lists of a fixed size never`() throws {
        for (kernel, decays) in [(Kernel.linux6_12, true), (.linux6_1, false)] {
            let memory = try machine(kernel)
            var state = memory.listState(cpu: 0)
            let least = state.high
            state.high = decays ? 4000 : least
            memory.setLists(state, cpu: 0)
            memory.timeline.advance(by: 2_500_000_000)
            memory.zone.decayLists()
            #expect(memory.listState(cpu: 0).high == (decays ? 3063 : least))
            memory.timeline.advance(by: 60_000_000_000)
            memory.zone.decayLists()
            #expect(memory.listState(cpu: 0).high == least)
        }
    }

    @Test func `a decay gives back what is above the lowered number`() throws {
        let memory = try machine(.linux6_12)
        var state = memory.listState(cpu: 0)
        state.high = 2000
        state.count = 1900
        state.movable[0] = 1900
        memory.setLists(state, cpu: 0)
        let free = memory.freePages
        memory.decayLists(cpu: 0)
        #expect(memory.listState(cpu: 0).high == 1750)
        #expect(memory.listState(cpu: 0).count == 1750)
        #expect(memory.freePages == free + 150)
        #expect(memory.zone.checkInvariants() == [])
    }

    @Test func `lists are kept short while the reclaim daemon is at work`() throws {
        let memory = try machine(.linux6_12)
        memory.zone.isReclaiming = true
        for pfn in 65_536..<66_536 { memory.zone.freePage(pfn, cpu: 0) }
        #expect(memory.listState(cpu: 0).count < 4 * 31)
    }

    @Test func `a page in the middle of a block on a list is taken from it, and the rest is free`() throws {
        let memory = try machine(.linux7_3)
        memory.zone.free(65_536, order: 3, cpu: 0)
        #expect(memory.areas[0].detail(of: 5).use == .perCPU)
        memory.areas[0][5] = .held
        #expect(memory.listState(cpu: 0).count == 0)
        #expect((0..<8).allSatisfy { $0 == 5 || memory.zone.freeMap[65_536 + $0] })
        #expect(memory.zone.checkInvariants() == [])
    }

    @Test func `a page that never moves is tried three times with its batch and seven times alone`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        for (mode, attempts) in [(AllocationMode.normal, 5 * (3 + 7)), (.noRetry, 10), (.failFast, 10)] {
            let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: .linux6_12)
            memory.pin(memory.areas[0].putFile(at: 3, dirty: true))
            _ = memory.areas[0].allocate(512, align: 9, mode)
            #expect(memory.work[.migrateAttempt] == attempts)
        }
    }

    @Test(arguments: [(Kernel.linux6_1, 0), (.linux6_12, 1), (.linux7_3, 1)])
    func `a moved page waits in the LRU batch since 6.12`(kernel: Kernel, waiting: Int) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
        memory.areas[0][3] = .movable
        #expect(memory.areas[0].allocate(512, align: 9, .noDrain).offset == 0)
        #expect(memory.zone.cpus[0].lruBatch.count == waiting)
    }
}
