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
    mutating func subtract(_ other: Refusals) {
        windows &-= other.windows
        steps &-= other.steps
        freeBlocks &-= other.freeBlocks
    }

    @inline(__always)
    mutating func add(_ other: Refusals) {
        windows &+= other.windows
        steps &+= other.steps
        freeBlocks &+= other.freeBlocks
    }
}

/// A pageblock as a `WindowMap` knows it: a bit for each window that is refused or open.
struct WindowBlock {
    var refused: UInt64 = 0
    var open: UInt64 = 0
    /// What isolating the pageblock walks over.
    var steps = 0
    var freeBlocks = 0

    var refusals: Refusals {
        var refusals = Refusals()
        refusals.add(refused.nonzeroBitCount, steps: steps, freeBlocks: freeBlocks)
        return refusals
    }
}

/// What 64 parts of a `WindowMap` come to: the pageblocks of a group, or the groups of a region.
struct WindowSum {
    /// Parts with a refused and with an open window.
    var withRefused: UInt64 = 0
    var withOpen: UInt64 = 0
    var refused = Refusals()
    /// The look at which all this was so.
    var look: UInt64 = 0

    /// A part was `before` and is something else now.
    mutating func replace(_ part: Int, _ before: Refusals, by now: Refusals, isOpen: Bool) {
        let bit: UInt64 = 1 << UInt64(part)
        refused.subtract(before)
        refused.add(now)
        withRefused = now.windows > 0 ? withRefused | bit : withRefused & ~bit
        withOpen = isOpen ? withOpen | bit : withOpen & ~bit
    }
}
