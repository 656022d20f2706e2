/// What is known of the windows of one kind in a range of an area, from one call to the next: which are refused
/// without a try, and which have to be tried.
///
/// A driver that asks for chunks from the start of an area passes the same refused windows call by call.
/// Windows of an aligned request no larger than its alignment lie apart, each in one pageblock, so what
/// becomes of them while the machine is quiet depends on nothing but the maps of free, movable and
/// allocated pages there. Of each pageblock this keeps a bit for each window that is refused and for each
/// one that is open: neither allocated nor refused. Of a group of 64 pageblocks, and of a region of 64
/// groups, it keeps how many windows are refused and what walking over them costs, so that all of them are
/// passed by three additions. A pageblock that changed is looked at again when a search comes to its region
/// or its group, which `BlockChanges` tells. Nobody but
/// the search reads this; the plain way to the same sums is `ContiguousArea.refusedOneByOne`.
final class WindowMap {
    /// What the windows have in common.
    struct Kind: Equatable {
        var count: Int
        var align: Int
        /// Whether pages would be moved out of a window.
        var migrates: Bool
    }

    let kind: Kind
    private unowned(unsafe) let zone: Zone
    private unowned(unsafe) let allocated: PageBitmap
    private let range: Range<Int>
    private let blocks: UnsafeMutablePointer<WindowBlock>
    private let groups: UnsafeMutablePointer<WindowSum>
    private let regions: UnsafeMutablePointer<WindowSum>
    /// Numbers in the machine of the first pageblock, group and region here.
    private let firstBlock: Int
    private let groupNumbers: Range<Int>
    private let firstRegion: Int

    private static let partOrder = BlockChanges.groupOrder
    private let blockOrder: Int
    private let groupPages: Int
    private let regionPages: Int

    /// Alignments whose windows in a pageblock are at most as many as a word has bits.
    static func aligns(in zone: Zone) -> ClosedRange<Int> {
        zone.geometry.blockOrder - 6...zone.geometry.blockOrder
    }

    /// Knows nothing yet; zone and bitmap outlive it. Nil for windows that overlap or reach over
    /// pageblocks, and for an area whose bits are not pages.
    init?(_ kind: Kind, of area: AreaRange, in zone: Zone) {
        guard area.bitmap.count == area.frames.count, Self.aligns(in: zone).contains(kind.align),
            kind.count <= 1 << kind.align
        else { return nil }
        self.kind = kind
        self.zone = zone
        blockOrder = zone.geometry.blockOrder
        groupPages = zone.geometry.blockPages << Self.partOrder
        regionPages = groupPages << Self.partOrder
        allocated = area.bitmap
        range = area.frames
        let last = range.upperBound - 1
        groupNumbers = range.lowerBound / groupPages..<last / groupPages + 1
        firstBlock = groupNumbers.lowerBound << Self.partOrder
        firstRegion = range.lowerBound / regionPages
        func table<Entry>(_ count: Int, of entry: Entry) -> UnsafeMutablePointer<Entry> {
            let table = UnsafeMutablePointer<Entry>.allocate(capacity: count)
            table.initialize(repeating: entry, count: count)
            return table
        }
        blocks = table(groupNumbers.count << Self.partOrder, of: WindowBlock())
        groups = table(groupNumbers.count, of: WindowSum())
        regions = table(last / regionPages - firstRegion + 1, of: WindowSum())
    }

    deinit {
        regions.deallocate()
        groups.deallocate()
        blocks.deallocate()
    }

    // By number in the machine.
    @inline(__always)
    private func region(_ number: Int) -> UnsafeMutablePointer<WindowSum> { regions + (number - firstRegion) }
    @inline(__always)
    private func group(_ number: Int) -> UnsafeMutablePointer<WindowSum> {
        groups + (number - groupNumbers.lowerBound)
    }
    @inline(__always)
    private func block(_ number: Int) -> UnsafeMutablePointer<WindowBlock> { blocks + (number - firstBlock) }

    /// Passes over the refused windows that begin in `frames`, up to the first open one.
    /// - Parameters:
    ///   - lists: whether the refused windows are wanted one by one.
    ///   - list: takes the first frame of each of them, in order.
    /// - Returns: the first frame of the open window, the end of `frames` when there is none, and the
    ///   first frame of the last refused one.
    func pass(
        _ frames: Range<Int>, into refusals: inout Refusals, lists: Bool, list: inout [Int]
    ) -> (next: Int, last: Int?) {
        var last: Int?
        var number = frames.lowerBound / groupPages
        // Of groups that reach out of the area, all that is in it.
        let end =
            frames.upperBound == range.upperBound
            ? groupNumbers.upperBound : frames.upperBound / groupPages
        var isWhole =
            frames.lowerBound == range.lowerBound || frames.lowerBound.isMultiple(of: groupPages)
        while number < groupNumbers.upperBound, number * groupPages < frames.upperBound {
            if !lists, isWhole {
                let passed = passGroups(number..<max(end, number), into: &refusals)
                last = passed.last ?? last
                number = passed.next
                guard number < groupNumbers.upperBound, number * groupPages < frames.upperBound
                else { break }
            }
            let part = passBlocks(of: number, frames, into: &refusals, lists: lists, list: &list)
            last = part.last ?? last
            if let open = part.open { return (open, last) }
            number += 1
            isWhole = true
        }
        return (frames.upperBound, last)
    }

    /// Passes over whole groups, and regions where that is possible, up to the first one with an open
    /// window.
    /// - Returns: that group, and the first frame of the last refused window.
    private func passGroups(_ range: Range<Int>, into refusals: inout Refusals) -> (next: Int, last: Int?) {
        var number = range.lowerBound
        var lastGroup: Int?
        while number < range.upperBound {
            let region = number >> Self.partOrder
            let members = groups(of: region)
            if number == members.lowerBound, members.upperBound <= range.upperBound {
                refresh(region: region)
                let sum = self.region(region)
                if sum.pointee.withOpen == 0 {
                    refusals.add(sum.pointee.refused)
                    if sum.pointee.withRefused != 0 {
                        lastGroup = region << Self.partOrder + highest(sum.pointee.withRefused)
                    }
                    number = members.upperBound
                    continue
                }
            }
            let stop = min(members.upperBound, range.upperBound)
            while number < stop {
                refresh(group: number)
                let sum = group(number)
                guard sum.pointee.withOpen == 0 else { return (number, lastGroup.map(lastRefused)) }
                refusals.add(sum.pointee.refused)
                if sum.pointee.withRefused != 0 { lastGroup = number }
                number += 1
            }
        }
        return (number, lastGroup.map(lastRefused))
    }

    /// The groups of a region that the area has a part in.
    @inline(__always)
    private func groups(of region: Int) -> Range<Int> {
        let (first, end) = (region << Self.partOrder, (region + 1) << Self.partOrder)
        return max(first, groupNumbers.lowerBound)..<min(end, groupNumbers.upperBound)
    }

    /// First frame of the last refused window of a group that has one.
    private func lastRefused(in number: Int) -> Int {
        let part = highest(group(number).pointee.withRefused)
        let window = highest(block(number << Self.partOrder + part).pointee.refused)
        return frame(window, of: part, number * groupPages)
    }

    /// Passes over the windows of one group, pageblock by pageblock.
    private func passBlocks(
        of number: Int, _ frames: Range<Int>, into refusals: inout Refusals, lists: Bool,
        list: inout [Int]
    ) -> (open: Int?, last: Int?) {
        refresh(group: number)
        var last: Int?
        let first = number * groupPages
        let isWhole = frames.lowerBound <= first && first + groupPages <= frames.upperBound
        let sum = group(number)
        var rest = sum.pointee.withOpen | sum.pointee.withRefused
        if first < frames.lowerBound {
            rest &= ~0 << UInt64((frames.lowerBound - first) &>> blockOrder)
        }
        while rest != 0 {
            let part = rest.trailingZeroBitCount
            rest &= rest - 1
            let block = block(number << Self.partOrder + part)
            let inside = isWhole ? ~0 : windows(in: frames, behind: first + part &<< blockOrder)
            let open = block.pointee.open & inside
            // Those before the lowest open one.
            let refused = block.pointee.refused & inside & (open ^ (open &- 1))
            if refused != 0 {
                refusals.add(
                    refused.nonzeroBitCount, steps: block.pointee.steps,
                    freeBlocks: block.pointee.freeBlocks)
                last = frame(highest(refused), of: part, first)
                var bits = lists ? refused : 0
                while bits != 0 {
                    list.append(frame(bits.trailingZeroBitCount, of: part, first))
                    bits &= bits - 1
                }
            }
            if open != 0 { return (frame(open.trailingZeroBitCount, of: part, first), last) }
        }
        return (nil, last)
    }

    @inline(__always)
    private func highest(_ bits: UInt64) -> Int { 63 - bits.leadingZeroBitCount }

    @inline(__always)
    private func frame(_ window: Int, of block: Int, _ first: Int) -> Int {
        first + block &<< blockOrder + window << kind.align
    }

    /// Windows of the pageblock at `block` that begin in `frames`, a bit each.
    @inline(__always)
    private func windows(in frames: Range<Int>, behind block: Int) -> UInt64 {
        let unit = 1 << kind.align
        let low = max(frames.lowerBound - block + unit - 1, 0) >> kind.align
        let high = min((frames.upperBound - block + unit - 1) >> kind.align, 64)
        guard low < high else { return 0 }
        return ~0 << UInt64(low) & ~0 >> UInt64(64 - high)
    }

    // MARK: Looking

    /// Looks again at what changed in a region.
    @inline(__always)
    private func refresh(region number: Int) {
        let look = region(number).pointee.look
        guard zone.changes.hasChanged(region: number, since: look) else { return }
        for group in groups(of: number) where zone.changes.hasChanged(group: group, since: look) {
            refresh(group: group)
        }
        region(number).pointee.look = zone.changes.look()
    }

    /// Looks again at what changed in a group; its region's sum follows.
    @inline(__always)
    private func refresh(group number: Int) {
        guard zone.changes.hasChanged(group: number, since: group(number).pointee.look) else { return }
        lookAgain(at: number)
    }

    private func lookAgain(at number: Int) {
        let sum = group(number)
        let before = sum.pointee.refused
        var rest = zone.changes.changed(in: number, since: sum.pointee.look)
        sum.pointee.look = zone.changes.look()
        while rest != 0 {
            let part = rest.trailingZeroBitCount
            rest &= rest - 1
            let pageblock = number << Self.partOrder + part
            let block = block(pageblock)
            let earlier = block.pointee.refusals
            look(at: pageblock, &block.pointee)
            sum.pointee.replace(part, earlier, by: block.pointee.refusals, isOpen: block.pointee.open != 0)
        }
        region(number >> Self.partOrder).pointee.replace(
            number & (1 << Self.partOrder - 1), before, by: sum.pointee.refused,
            isOpen: sum.pointee.withOpen != 0)
    }

    private func look(at pageblock: Int, _ block: inout WindowBlock) {
        block.refused = 0
        block.open = 0
        let (allocated, free, candidates) = (allocated, zone.freeMap, zone.candidateMap)
        let first = max(pageblock &<< blockOrder, range.lowerBound)
        let end = min((pageblock + 1) &<< blockOrder, range.upperBound)
        let base = range.lowerBound
        let inBlock = zone.geometry.blockPages - 1
        guard first < end, allocated.hasClear(in: first - base...end - 1 - base) else { return }
        let unit = 1 << kind.align
        var window = (first + unit - 1) & ~(unit - 1)
        while window + kind.count <= end {
            // Stretches that are allocated as a whole are passed by words.
            if window & 63 == 0, window + 64 <= end, allocated.word(from: window - base) == ~0 {
                window += max(unit, 64)
                continue
            }
            let last = window + kind.count - 1
            if !allocated.hasSet(in: window - base...last - base) {
                let number = (window & inBlock) >> kind.align
                if kind.migrates && candidates.hasSet(in: window...last)
                    || !free.hasClear(in: window...last)
                {
                    block.open |= 1 << UInt64(number)
                } else {
                    block.refused |= 1 << UInt64(number)
                }
            }
            window += unit
        }
        guard block.refused != 0 else { return }
        (block.steps, block.freeBlocks) = zone.isolationWalk(over: pageblock...pageblock)
    }
}
