/// Huge pages in an area, for start states.
extension ContiguousArea {
    /// Makes a huge page on the LRU of 2^`order` pages from `offset` on; what they were is gone.
    public func formHugePage(at offset: Int, order: Int) {
        let zone = memory.zone
        let pfn = frame(at: offset)
        for page in pfn..<pfn + 1 << order { zone.makeUnused(page) }
        zone.formHugePage(pfn, order: order)
        zone.insert(.lru, on: pfn)
    }

    /// Takes a reference on the huge page that the page at `offset` is part of. False, with nothing changed, when it
    /// is part of none.
    public func pinHugePage(at offset: Int) -> Bool {
        guard memory.wholePage(of: frame(at: offset)).pages > 1 else { return false }
        return memory.pin(frame(at: offset))
    }
}
