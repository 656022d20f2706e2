/// What a machine's kernel would show of its memory.
extension MachineMemory {
    /// Pages that the page allocator manages.
    public var managedPages: Int { zone.managed }

    /// Pages on each CPU's lists.
    public var perCPUPages: [Int] { zone.cpus.map(\.count) }

    /// Free blocks on the lists of a migratetype, from order 0 on. Follows pagetypeinfo_showfree_print().
    public func freeBlocks(of type: Migratetype) -> [Int] {
        (0...zone.geometry.largestOrder).map { zone.freeLists.count(type, order: $0) }
    }

    /// Pageblocks of a migratetype. Follows pagetypeinfo_showblockcount_print().
    public func pageblocks(of type: Migratetype) -> Int {
        (0..<zone.blocks).count { zone.blockTypes[$0] == type }
    }
}

/// What a page of an area is used for, as closely as page flags tell.
public enum PageDetail: Sendable, Hashable {
    case free
    /// Free, on a CPU's list.
    case perCPU
    /// Of a contiguous allocation.
    case held
    case anonymous
    /// In use and in a CPU's LRU batch.
    case batched
    case cleanFile, dirtyFile
    case writeback, locked
    /// Of the kernel itself.
    case kernel
}

extension ContiguousArea {
    /// What the page `offset` pages from the base is used for, and whether references keep it there.
    public func detail(of offset: Int) -> (use: PageDetail, isPinned: Bool) {
        let frame = memory.zone.frames[memory.zone.headOfPage(frame(at: offset))]
        let isPinned = frame.has(.pinned)
        switch frame.kind {
        case .none, .buddy: return (.free, false)
        case .perCPU: return (.perCPU, false)
        case .contiguous: return (.held, false)
        case .kernel, .compoundTail: return (.kernel, true)
        case .anonymous, .file:
            if frame.has(.writeback) { return (.writeback, isPinned) }
            if frame.has(.locked) { return (.locked, isPinned) }
            if frame.has(.batched) { return (.batched, isPinned) }
            guard frame.kind == .file else { return (.anonymous, isPinned) }
            return (frame.has(.dirty) ? .dirtyFile : .cleanFile, isPinned)
        }
    }
}
