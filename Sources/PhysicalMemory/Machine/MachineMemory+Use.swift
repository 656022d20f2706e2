/// What a page is used for by whoever is not a contiguous allocation.
public enum PageUse: Sendable, Hashable {
    /// Memory of a process.
    case anonymous
    /// Page cache.
    case file
    /// Slab and other pages that the kernel cannot move.
    case kernel
}

/// An owner of page frame numbers that must follow its pages when they move. A change of a huge page is reported for
/// each page in it, in ascending order.
public protocol PageObserver: AnyObject {
    /// A page was given to a process, the page cache or the kernel.
    func pageAllocated(_ pfn: Int, for use: PageUse)
    /// Its owner gave a page back.
    func pageFreed(_ pfn: Int)
    /// The page's content is in another frame now.
    func pageMoved(from source: Int, to target: Int)
    /// A clean page of the page cache was dropped; its frame is still what it was.
    func pageDropped(_ pfn: Int)
    /// A huge page of `pages` pages is as many single ones from here on, with the same owner.
    func hugePageSplit(_ pfn: Int, pages: Int)
}

extension PageObserver {
    public func pageAllocated(_ pfn: Int, for use: PageUse) {}
    public func pageFreed(_ pfn: Int) {}
    public func pageMoved(from source: Int, to target: Int) {}
    public func pageDropped(_ pfn: Int) {}
    public func hugePageSplit(_ pfn: Int, pages: Int) {}
}

/// What processes, the page cache and the disk do to pages.
///
/// Every operation on a page expects a frame number that `allocatePage` returned, as long as it is
/// not freed, dropped or moved; whoever keeps frame numbers observes the machine.
extension MachineMemory {
    public var cpuCount: Int { zone.cpus.count }

    /// Free pages below which page cache is dropped in the background, and up to which.
    public var lowWatermark: Int { zone.watermarks.low }
    public var highWatermark: Int { zone.watermarks.high }

    /// A page for a process on `cpu`, or nil when memory is full and nothing can be dropped.
    ///
    /// Pages of processes and of the page cache may come from contiguous areas and go to the LRU by
    /// way of the CPU's batch. Follows alloc_pages() and folio_add_lru().
    public func allocatePage(for use: PageUse, cpu: Int) -> Int? {
        guard let pfn = zone.takePage(for: use == .kernel ? .unmovable : .movable, cpu: cpu) else {
            return nil
        }
        switch use {
        case .anonymous:
            zone.set(pfn, .anonymous)
            zone.addToLRU(pfn, cpu: cpu)
        case .file:
            zone.set(pfn, .file)
            zone.addToLRU(pfn, cpu: cpu)
        case .kernel: zone.set(pfn, .kernel)
        }
        for observer in zone.observers { observer.pageAllocated(pfn, for: use) }
        return pfn
    }

    /// Pages of a transparent huge page.
    public var hugePagePages: Int { 1 << zone.hugePageOrder }

    /// A transparent huge page for a process, ``hugePagePages`` pages; nil when no block of that size is free.
    ///
    /// It is isolated and moved as a whole, to a frame of its size; where there is none it is split first, and
    /// observers are told. Freeing its first page frees all of it. Whatever is done to a page in it is done to all of
    /// it: a pin holds the whole.
    public func allocateHugePage(cpu: Int) -> Int? {
        guard let pfn = zone.takeHugePage(order: zone.hugePageOrder, cpu: cpu) else { return nil }
        zone.addToLRU(pfn, cpu: cpu)
        for page in pfn..<pfn + hugePagePages {
            for observer in zone.observers { observer.pageAllocated(page, for: .anonymous) }
        }
        return pfn
    }

    /// Ends the use of a page. Follows put_page() of its last user.
    public func freePage(_ pfn: Int, cpu: Int) {
        for page in pfn..<pfn + wholePage(of: pfn).pages {
            for observer in zone.observers { observer.pageFreed(page) }
        }
        zone.releasePage(pfn, cpu: cpu)
    }

    /// Content of the page is newer than on disk, or no longer. Follows folio_mark_dirty().
    public func setDirty(_ pfn: Int, _ dirty: Bool) { change(.dirty, of: pfn, to: dirty) }

    /// The page is on its way to disk, or has arrived. Follows folio_start_writeback().
    public func setWriteback(_ pfn: Int, _ active: Bool) { change(.writeback, of: pfn, to: active) }

    /// The page lock is held, or free again. Follows folio_lock().
    public func setLocked(_ pfn: Int, _ locked: Bool) { change(.locked, of: pfn, to: locked) }

    /// The page is mlocked, or no longer: contiguous allocations still move it.
    public func setUnevictable(_ pfn: Int, _ unevictable: Bool) {
        change(.unevictable, of: pfn, to: unevictable)
    }

    private func change(_ flag: PageFrame.Flags, of page: Int, to value: Bool) {
        let pfn = zone.headOfPage(page)
        if value { zone.insert(flag, on: pfn) } else { zone.remove(flag, from: pfn) }
    }

    /// Takes a reference that no mapping explains. False for a free page.
    @discardableResult
    public func pin(_ pfn: Int) -> Bool { zone.pin(pfn) }

    /// Drops such a reference. False when there is none.
    @discardableResult
    public func unpin(_ pfn: Int) -> Bool { zone.unpin(pfn) }

    /// The page itself, or the first page of the huge page that it is part of, and how many pages that is.
    public func wholePage(of page: Int) -> (first: Int, pages: Int) {
        let first = zone.headOfPage(page)
        return (first, zone.isHugePage(first) ? 1 << zone.frames[first].order : 1)
    }

    /// What the page is used for; nil for a free page and for one of a contiguous allocation.
    public func use(of pfn: Int) -> PageUse? {
        switch zone.frames[zone.headOfPage(pfn)].kind {
        case .anonymous: .anonymous
        case .file: .file
        case .kernel, .compoundTail: .kernel
        case .none, .buddy, .perCPU, .contiguous: nil
        }
    }

    /// Drops clean page cache, the oldest first, until `pages` pages are free.
    public func reclaim(untilFree pages: Int, cpu: Int) {
        zone.isReclaiming = true
        while zone.freePages < pages, zone.reclaim(pages: 32, cpu: cpu) > 0 {
            zone.drain(cpu: cpu)
        }
        zone.isReclaiming = false
    }

    /// Lets somebody hear of every page that is allocated, freed, moved or dropped from now on, for as
    /// long as the machine lives.
    public func observe(_ observer: any PageObserver) { zone.observers.append(observer) }

    /// Hears that free memory fell to the low watermark.
    public func onLowMemory(_ handler: @escaping () -> Void) { zone.onLowMemory = handler }

    /// Processes that compete with the caller of a contiguous allocation for the CPUs.
    public func setLoad(_ load: any ProcessorLoad) { zone.load = load }
}
