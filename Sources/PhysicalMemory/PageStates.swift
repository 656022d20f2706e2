/// What holds a page of a contiguous area.
public enum PageState: Sendable, Hashable {
    /// In the buddy allocator.
    case free
    /// In use by somebody, and migration can move it.
    case movable
    /// In use with a reference that migration cannot account for: it stays where it is.
    case pinned
    /// Handed out by cma_alloc().
    case held
}

/// The state of each page of an area, kept as one bitmap a state so that a window is judged 64 pages
/// at a time.
final class PageStates {
    let movable: PageBitmap
    let pinned: PageBitmap
    let held: PageBitmap

    /// All pages free.
    init(pages: Int) {
        movable = PageBitmap(count: pages)
        pinned = PageBitmap(count: pages)
        held = PageBitmap(count: pages)
    }

    subscript(page: Int) -> PageState {
        get {
            if held[page] { return .held }
            if pinned[page] { return .pinned }
            return movable[page] ? .movable : .free
        }
        set {
            let one = page..<page + 1
            movable.clear(one)
            pinned.clear(one)
            held.clear(one)
            switch newValue {
            case .free: break
            case .movable: movable.set(one)
            case .pinned: pinned.set(one)
            case .held: held.set(one)
            }
        }
    }

    /// Empties `window` for a contiguous allocation. Pages that can move have moved when this
    /// returns, whether or not one that cannot made it fail: nothing is moved back.
    ///
    /// Follows alloc_contig_range() in Linux 6.1 mm/page_alloc.c, for memory outside the area that
    /// always has room for what moves.
    func takeRange(_ window: Range<Int>) -> (errno: AllocationErrno?, migrated: Int) {
        let migrated = movable.setCount(in: window)
        if migrated > 0 { movable.clear(window) }
        if pinned.nextSet(from: window.lowerBound) < window.upperBound { return (.busy, migrated) }
        if held.nextSet(from: window.lowerBound) < window.upperBound { return (.busy, migrated) }
        held.set(window)
        return (nil, migrated)
    }
}
