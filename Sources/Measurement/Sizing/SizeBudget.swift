/// What the size of an area is made of: four parts, pages, whose sum is the size.
///
/// The parts are the differences between three searches: for an empty machine, for one whose pages in use can
/// all move, and for the machine as it is. A harder machine can need less than an easier one, because other
/// windows are tried first; such a difference is a part of 0 pages, and the search is told by
/// ``needsMoreEmpty`` or ``needsMoreUnpinned``.
public struct SizeBudget: Codable, Sendable, Hashable {
    /// The most that devices held at one moment.
    public var heldPages: Int
    /// Alignment, holes between buffers that come and go, and what is left of the last pageblock.
    public var layoutPages: Int
    /// For pages in use that have to move.
    public var movablePages: Int
    /// For pinned pages and what else goes on.
    public var pinnedPages: Int

    /// The size that an empty area needs, when that is more than this area.
    public var needsMoreEmpty: Int?
    /// The size that is needed with no page pinned, when that is more than this area.
    public var needsMoreUnpinned: Int?

    /// - Parameter pages: the size that was found.
    init(of pages: Int, _ limits: SizeLimits) {
        let empty = min(limits.emptyPages ?? pages, pages)
        let unpinned = min(max(limits.unpinnedPages ?? pages, empty), pages)
        heldPages = min(limits.heldPages, empty)
        layoutPages = empty - heldPages
        movablePages = unpinned - empty
        pinnedPages = pages - unpinned
        needsMoreEmpty = limits.emptyPages.flatMap { $0 > pages ? $0 : nil }
        needsMoreUnpinned = limits.unpinnedPages.flatMap { $0 > pages ? $0 : nil }
    }

    /// The size.
    public var pages: Int { heldPages + layoutPages + movablePages + pinnedPages }

    enum CodingKeys: String, CodingKey {
        case heldPages = "held_pages"
        case layoutPages = "layout_pages"
        case movablePages = "movable_pages"
        case pinnedPages = "pinned_pages"
        case needsMoreEmpty = "empty_needs_pages"
        case needsMoreUnpinned = "unpinned_needs_pages"
    }
}
