/// What is known of the windows of one kind in an area, from one call to the next: which are refused
/// without a try, and which have to be tried.
///
/// A driver that asks for chunks from the start of an area passes the same refused windows call by call.
/// Windows of an aligned request no larger than its alignment lie apart, each in one pageblock, so what
/// becomes of them while the machine is quiet depends on nothing but the maps of free, movable and
/// allocated pages there. Of each pageblock this keeps a bit for each window that is refused and for each
/// one that is open: neither allocated nor refused. Of 64 pageblocks it keeps how many windows are refused
/// and what walking over them costs, so that all of them are passed by three additions. A pageblock that
/// changed is looked at again when a search comes to its group, which `BlockChanges` tells. Nobody but
/// the search reads this; the plain way to the same sums is `ContiguousArea.refusedOneByOne`.
final class WindowMap {
    /// What the windows have in common.
    struct Kind: Equatable {
        var count: Int
        var align: Int
        /// Whether pages would be moved out of a window.
        var migrates: Bool
    }

    private struct Block {
        var refused: UInt64 = 0
        var open: UInt64 = 0
        /// What isolating the pageblock walks over.
        var steps = 0
        var freeBlocks = 0
    }

    private struct Group {
        /// Pageblocks with a refused and with an open window.
        var withRefused: UInt64 = 0
        var withOpen: UInt64 = 0
        var refused = Refusals()
        /// The look at which all this was so.
        var look: UInt64 = 0
    }

    let kind: Kind
    private unowned(unsafe) let zone: Zone
    private unowned(unsafe) let allocated: PageBitmap
    private let range: Range<Int>
    private let blocks: UnsafeMutablePointer<Block>
    private let groups: UnsafeMutablePointer<Group>
    /// The group in the machine that is the first one here.
    private let firstGroup: Int

    private static let groupPages = BlockOrder.pageblockPages << BlockChanges.groupOrder
    /// Alignments whose windows in a pageblock are no more than a word has bits.
    static let aligns = BlockOrder.pageblock - 6...BlockOrder.pageblock

    /// Knows nothing yet; zone and bitmap outlive it. Nil for windows that overlap or reach over
    /// pageblocks, and for an area whose bits are not pages.
    init?(_ kind: Kind, of geometry: AreaGeometry, allocated: PageBitmap, in zone: Zone) {
        guard geometry.orderPerBit == 0, Self.aligns.contains(kind.align), kind.count <= 1 << kind.align
        else { return nil }
        self.kind = kind
        self.zone = zone
        self.allocated = allocated
        range = geometry.basePFN..<geometry.basePFN + geometry.pages
        firstGroup = range.lowerBound / Self.groupPages
        let count = (range.upperBound - 1) / Self.groupPages - firstGroup + 1
        groups = .allocate(capacity: count)
        groups.initialize(repeating: Group(), count: count)
        blocks = .allocate(capacity: count << BlockChanges.groupOrder)
        blocks.initialize(repeating: Block(), count: count << BlockChanges.groupOrder)
    }

    deinit {
        groups.deallocate()
        blocks.deallocate()
    }

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
        var pfn = frames.lowerBound
        while pfn < frames.upperBound {
            var index = pfn / Self.groupPages - firstGroup
            if !lists, pfn % Self.groupPages == 0 {
                let end = frames.upperBound / Self.groupPages - firstGroup
                let passed = passGroups(index..<max(end, index), into: &refusals)
                last = passed.last ?? last
                index = passed.next
                pfn = (index + firstGroup) * Self.groupPages
                guard pfn < frames.upperBound else { break }
            }
            let part = passBlocks(of: index, frames, into: &refusals, lists: lists, list: &list)
            last = part.last ?? last
            if let open = part.open { return (open, last) }
            pfn = (index + firstGroup + 1) * Self.groupPages
        }
        return (frames.upperBound, last)
    }

    /// Passes over whole groups up to the first one with an open window.
    /// - Returns: that group, and the first frame of the last refused window.
    private func passGroups(_ range: Range<Int>, into refusals: inout Refusals) -> (next: Int, last: Int?) {
        var index = range.lowerBound
        var lastGroup: Int?
        let (groups, changes) = (groups, zone.changes)
        while index < range.upperBound {
            if changes.hasChanged(group: index + firstGroup, since: groups[index].look) {
                lookAgain(at: index)
            }
            guard groups[index].withOpen == 0 else { break }
            refusals.add(groups[index].refused)
            if groups[index].withRefused != 0 { lastGroup = index }
            index += 1
        }
        guard let lastGroup else { return (index, nil) }
        let number = highest(groups[lastGroup].withRefused)
        let window = highest(blocks[lastGroup << BlockChanges.groupOrder + number].refused)
        return (index, frame(window, of: number, (lastGroup + firstGroup) * Self.groupPages))
    }

    /// Passes over the windows of one group, pageblock by pageblock.
    private func passBlocks(
        of index: Int, _ frames: Range<Int>, into refusals: inout Refusals, lists: Bool,
        list: inout [Int]
    ) -> (open: Int?, last: Int?) {
        refresh(index)
        var last: Int?
        let first = (index + firstGroup) * Self.groupPages
        let isWhole = frames.lowerBound <= first && first + Self.groupPages <= frames.upperBound
        var rest = groups[index].withOpen | groups[index].withRefused
        if first < frames.lowerBound {
            rest &= ~0 << UInt64((frames.lowerBound - first) >> BlockOrder.pageblock)
        }
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            let block = blocks + (index << BlockChanges.groupOrder + number)
            let inside = isWhole ? ~0 : windows(in: frames, behind: first + number << BlockOrder.pageblock)
            let open = block.pointee.open & inside
            // Those before the lowest open one.
            let refused = block.pointee.refused & inside & (open ^ (open &- 1))
            if refused != 0 {
                refusals.add(
                    refused.nonzeroBitCount, steps: block.pointee.steps,
                    freeBlocks: block.pointee.freeBlocks)
                last = frame(highest(refused), of: number, first)
                var bits = lists ? refused : 0
                while bits != 0 {
                    list.append(frame(bits.trailingZeroBitCount, of: number, first))
                    bits &= bits - 1
                }
            }
            if open != 0 { return (frame(open.trailingZeroBitCount, of: number, first), last) }
        }
        return (nil, last)
    }

    @inline(__always)
    private func highest(_ bits: UInt64) -> Int { 63 - bits.leadingZeroBitCount }

    @inline(__always)
    private func frame(_ window: Int, of block: Int, _ first: Int) -> Int {
        first + block << BlockOrder.pageblock + window << kind.align
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

    /// Looks again at what changed in a group.
    @inline(__always)
    private func refresh(_ index: Int) {
        guard zone.changes.hasChanged(group: index + firstGroup, since: groups[index].look) else { return }
        lookAgain(at: index)
    }

    private func lookAgain(at index: Int) {
        var rest = zone.changes.changed(in: index + firstGroup, since: groups[index].look)
        groups[index].look = zone.changes.look()
        while rest != 0 {
            let number = rest.trailingZeroBitCount
            rest &= rest - 1
            refresh(block: number, of: index)
        }
    }

    private func refresh(block number: Int, of index: Int) {
        let block = blocks + (index << BlockChanges.groupOrder + number)
        let before = block.pointee
        let pageblock = (index + firstGroup) << BlockChanges.groupOrder + number
        look(at: pageblock, &block.pointee)
        let bit: UInt64 = 1 << UInt64(number)
        groups[index].refused.add(
            -before.refused.nonzeroBitCount, steps: before.steps, freeBlocks: before.freeBlocks)
        groups[index].refused.add(
            block.pointee.refused.nonzeroBitCount, steps: block.pointee.steps,
            freeBlocks: block.pointee.freeBlocks)
        groups[index].withRefused &= ~bit
        groups[index].withOpen &= ~bit
        if block.pointee.refused != 0 { groups[index].withRefused |= bit }
        if block.pointee.open != 0 { groups[index].withOpen |= bit }
    }

    private func look(at pageblock: Int, _ block: inout Block) {
        block.refused = 0
        block.open = 0
        let (allocated, free, candidates) = (allocated, zone.freeMap, zone.candidateMap)
        let first = max(pageblock << BlockOrder.pageblock, range.lowerBound)
        let end = min((pageblock + 1) << BlockOrder.pageblock, range.upperBound)
        let base = range.lowerBound
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
                let number = (window & (BlockOrder.pageblockPages - 1)) >> kind.align
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

/// Windows that were passed over, and what isolating them would have walked over.
struct Refusals {
    var windows = 0
    var steps = 0
    var freeBlocks = 0

    @inline(__always)
    mutating func add(_ windows: Int, steps: Int, freeBlocks: Int) {
        self.windows &+= windows
        self.steps &+= windows &* steps
        self.freeBlocks &+= windows &* freeBlocks
    }

    @inline(__always)
    mutating func add(_ other: Refusals) {
        windows &+= other.windows
        steps &+= other.steps
        freeBlocks &+= other.freeBlocks
    }
}
