/// Checks of everything that must hold between two operations; only tests call them.
///
/// Slow: every frame is visited. Not while a contiguous allocation is under way.
extension Zone {
    /// What is wrong, one line a finding; empty when all is well.
    func checkInvariants() -> [String] {
        let check = InvariantCheck(zone: self)
        check.freeLists()
        check.buddies()
        check.perCPULists()
        check.lruBatches()
        check.fileLRU()
        check.frames()
        check.pageblocks()
        check.counts()
        return check.findings
    }
}

/// One pass over a zone. Each frame is claimed by the place it is found in.
private final class InvariantCheck {
    let zone: Zone
    var findings: [String] = []
    /// Where each frame was found; nil for one that is in no list and no free block.
    private var places: [Place?]
    private var freeInBlock: [Int]
    private var headsInBlock: [Int]
    private var free = 0
    private var freeContiguous = 0

    private enum Place { case buddy, perCPU, batch, fileLRU }

    /// Types that have free lists.
    private static let types: [Migratetype] = [.unmovable, .movable, .reclaimable, .cma, .isolate]

    init(zone: Zone) {
        self.zone = zone
        places = [Place?](repeating: nil, count: zone.pages)
        freeInBlock = [Int](repeating: 0, count: zone.blocks)
        headsInBlock = [Int](repeating: 0, count: zone.blocks)
    }

    private func expect(_ holds: Bool, _ finding: @autoclosure () -> String) {
        // A broken list can break everything behind it: the first findings tell enough.
        if !holds, findings.count < 20 { findings.append(finding()) }
    }

    private func claim(_ pfn: Int, _ place: Place) {
        expect(places[pfn] == nil, "frame \(pfn) is in \(place) and \(places[pfn].map { "\($0)" } ?? "")")
        places[pfn] = place
    }

    // MARK: Lists

    /// Members of a list, with its links checked both ways.
    private func members(first: Int, last: Int, count: Int, _ name: String) -> [Int] {
        var members: [Int] = []
        var pfn = first
        var previous = 0
        while pfn != 0 {
            guard pfn < zone.pages, members.count <= count else {
                expect(false, "\(name) does not end after its \(count) members")
                return members
            }
            expect(zone.frames[pfn].previous == previous, "\(name): frame \(pfn) points back wrongly")
            members.append(pfn)
            previous = pfn
            pfn = zone.frames[pfn].next
        }
        expect(last == previous, "\(name) ends at \(previous), not at \(last)")
        expect(members.count == count, "\(name) has \(members.count) members, not \(count)")
        return members
    }

    func freeLists() {
        for type in Self.types {
            for order in 0...zone.geometry.largestOrder {
                let name = "free list \(type) of order \(order)"
                let list = zone.freeLists.contents(type, order: order)
                for pfn in members(first: list.first, last: list.last, count: list.count, name) {
                    checkBlock(pfn, order: order, type, name)
                }
            }
        }
    }

    private func checkBlock(_ pfn: Int, order: Int, _ type: Migratetype, _ name: String) {
        expect(zone.frames[pfn].isBuddy(ofOrder: order), "\(name): frame \(pfn) is no head of that order")
        expect(pfn & (1 << order - 1) == 0, "\(name): block at \(pfn) is not aligned")
        guard pfn + 1 << order <= zone.pages else {
            return expect(false, "\(name): block at \(pfn) reaches over the end")
        }
        expect(
            zone.blockType(of: pfn) == type, "\(name): \(pfn) lies in a \(zone.blockType(of: pfn)) pageblock")
        for frame in pfn..<pfn + 1 << order {
            claim(frame, .buddy)
            freeInBlock[frame &>> zone.geometry.blockOrder] += 1
            expect(
                frame == pfn || zone.frames[frame].kind == .none,
                "frame \(frame) inside the free block at \(pfn) is \(zone.frames[frame].kind)")
        }
        let first = pfn &>> zone.geometry.blockOrder
        for block in first..<first + max((1 << order) &>> zone.geometry.blockOrder, 1) {
            headsInBlock[block] += 1
        }
        if type != .isolate { free += 1 << order }
        if type == .cma { freeContiguous += 1 << order }
    }

    /// No two free buddies that should have become one block.
    func buddies() {
        for pfn in 0..<zone.pages where zone.frames[pfn].kind == .buddy {
            let order = zone.frames[pfn].order
            let buddy = pfn ^ 1 << order
            guard order < zone.geometry.largestOrder, buddy > pfn, buddy < zone.pages,
                zone.frames[buddy].isBuddy(ofOrder: order)
            else { continue }
            let types = (zone.blockType(of: pfn), zone.blockType(of: buddy))
            let apart =
                order >= zone.geometry.blockOrder && types.0 != types.1
                && !(types.0.isMergeable && types.1.isMergeable)
            expect(apart, "blocks of order \(order) at \(pfn) and \(buddy) should be one")
        }
    }

    func perCPULists() {
        for cpu in zone.cpus.indices {
            var length = 0
            for index in zone.cpus[cpu].lists.indices {
                let list = zone.cpus[cpu].lists[index]
                let name = "list \(index) of cpu \(cpu)"
                let order = zone.order(ofList: index)
                for head in members(first: list.first, last: list.last, count: list.count, name) {
                    for pfn in head..<head + 1 << order {
                        claim(pfn, .perCPU)
                        let frame = zone.frames[pfn]
                        expect(frame.kind == .perCPU, "frame \(pfn) on \(name) is \(frame.kind)")
                        let expected = pfn == head ? order : PageFrame.tailOrder
                        expect(frame.order == expected, "frame \(pfn) on \(name) has order \(frame.order)")
                    }
                }
                length += list.count << order
            }
            expect(
                zone.cpus[cpu].count == length, "cpu \(cpu) counts \(zone.cpus[cpu].count) of \(length) pages"
            )
        }
    }

    func lruBatches() {
        for cpu in zone.cpus.indices {
            let batch = zone.cpus[cpu].lruBatch
            expect(batch.count < zone.lists.lruBatch, "cpu \(cpu) has a batch of \(batch.count)")
            for pfn in batch {
                claim(pfn, .batch)
                let frame = zone.frames[pfn]
                expect(frame.has(.batched) && !frame.has(.lru), "batched frame \(pfn) has the wrong flags")
                expect(
                    [.none, .anonymous, .file].contains(frame.kind), "batched frame \(pfn) is \(frame.kind)")
            }
        }
    }

    func fileLRU() {
        let list = zone.fileLRU
        for pfn in members(first: list.first, last: list.last, count: list.count, "file LRU") {
            claim(pfn, .fileLRU)
            expect(
                zone.frames[pfn].kind == .file && zone.frames[pfn].has(.lru),
                "frame \(pfn) on the file LRU is \(zone.frames[pfn].kind)")
        }
    }

    // MARK: Frames

    func frames() {
        for pfn in 0..<zone.pages {
            let frame = zone.frames[pfn]
            let place = places[pfn]
            expect(
                isRight(place, for: frame),
                "\(frame.kind) frame \(pfn) is in \(place.map { "\($0)" } ?? "no list")")
            expect(zone.freeMap[pfn] == (place == .buddy), "the map of free pages is wrong at \(pfn)")
            let candidate = frame.has(.lru) && !(frame.kind == .anonymous && frame.has(.pinned))
            let head = zone.frames[zone.headOfPage(pfn)]
            expect(
                frame.kind != .compoundTail
                    || [.anonymous, .none].contains(head.kind) && head.order == frame.order,
                "frame \(pfn) is part of a huge page that has no head")
            expect(zone.candidateMap[pfn] == candidate, "the map of candidates is wrong at \(pfn)")
            checkFlags(pfn, frame, place)
        }
        for pfn in zone.extraPins.keys {
            let more = zone.extraPins[pfn] ?? 0
            expect(
                zone.frames[pfn].has(.pinned) && more > 0, "\(more) more pins of frame \(pfn), which has none"
            )
        }
        let padded = (zone.pages + zone.geometry.largestPages - 1) & ~(zone.geometry.largestPages - 1)
        for pfn in zone.pages..<padded {
            expect(zone.frames[pfn].bits == PageFrame.empty.bits, "frame \(pfn) behind the end is in use")
        }
    }

    private func isRight(_ place: Place?, for frame: PageFrame) -> Bool {
        switch frame.kind {
        // A page that its owner freed while it was pinned is in no list.
        case .none: place == .buddy || place == .batch || place == nil && frame.has(.pinned)
        case .buddy: place == .buddy
        case .perCPU: place == .perCPU
        case .file: place == (frame.has(.lru) ? .fileLRU : .batch)
        case .anonymous: place == (frame.has(.lru) ? nil : .batch)
        case .contiguous, .kernel, .compoundTail: place == nil
        }
    }

    private func checkFlags(_ pfn: Int, _ frame: PageFrame, _ place: Place?) {
        expect(
            frame.has(.batched) == (place == .batch), "frame \(pfn) has a reference of a batch it is not in")
        switch frame.kind {
        case .buddy, .perCPU: expect(frame.flags.isEmpty, "free frame \(pfn) has flags")
        case .none:
            expect(
                frame.flags.subtracting([.batched, .pinned]).isEmpty
                    && (place != .buddy || frame.flags.isEmpty),
                "frame \(pfn), which nobody uses, has flags")
        case .contiguous, .kernel, .compoundTail:
            expect(!frame.has(.lru), "\(frame.kind) frame \(pfn) is on an LRU")
        case .anonymous, .file: break
        }
    }

    // MARK: Counts

    func pageblocks() {
        for block in 0..<zone.blocks {
            expect(
                Int(zone.freeInBlock[block]) == freeInBlock[block],
                "pageblock \(block) counts \(zone.freeInBlock[block]) free pages of \(freeInBlock[block])")
            expect(
                Int(zone.headsInBlock[block]) == headsInBlock[block],
                "pageblock \(block) counts \(zone.headsInBlock[block]) blocks of \(headsInBlock[block])")
        }
        let isolated = (0..<zone.blocks).reduce(0) { $0 + (zone.blockTypes[$1] == .isolate ? 1 : 0) }
        expect(zone.isolatedBlocks == isolated, "\(zone.isolatedBlocks) isolated pageblocks, not \(isolated)")
        expect(isolated == 0, "\(isolated) pageblocks stayed isolated")
        expect(zone.lruCacheDisabled == 0, "LRU batches stayed switched off")
    }

    func counts() {
        expect(zone.freePages == free, "\(zone.freePages) free pages, not \(free)")
        expect(
            zone.freeContiguous == freeContiguous,
            "\(zone.freeContiguous) free pages in areas, not \(freeContiguous)")
        let inMap = zone.freeMap.setCount
        expect(inMap == freeInBlock.reduce(0, +), "the map has \(inMap) free pages")
    }
}
