/// Which device holds each page of an area, whether its driver has the page in hand or only the strategy
/// that gathers for it, and whether it is part of one of the device's buffers.
///
/// Offsets and counts are pages; every range is checked, so that a plugin's numbers can be passed on.
final class PageOwners {
    /// Device number plus one in the lower bits; zero for a page that no device holds.
    private let entries: UnsafeMutablePointer<UInt16>
    private let pages: Int
    private static let inBuffer: UInt16 = 0x8000
    private static let inHand: UInt16 = 0x4000

    /// Number of the owner of what a strategy holds for nobody; devices have lower ones.
    static let stock = 0x3ffd

    init(pages: Int) {
        self.pages = pages
        entries = .allocate(capacity: pages)
        entries.initialize(repeating: 0, count: pages)
    }

    deinit { entries.deallocate() }

    private func isInside(_ offset: Int, _ count: Int) -> Bool {
        offset >= 0 && count > 0 && offset < pages && count <= pages - offset
    }

    /// Whether every page of the range is held by the device: in its driver's hand, or else taken by a
    /// strategy and not handed over yet.
    func isHeld(offset: Int, count: Int, by device: Int, inHand: Bool) -> Bool {
        guard isInside(offset, count) else { return false }
        let owner = UInt16(device + 1) | (inHand ? Self.inHand : 0)
        return (offset..<offset + count).allSatisfy { entries[$0] & ~Self.inBuffer == owner }
    }

    /// Hands the device's driver pages that a strategy took for it or had in stock.
    /// - Returns: how many of them came from the stock; nil, with nothing changed, for pages of anybody
    ///   else and for those that the driver has already.
    func hand(offset: Int, count: Int, to device: Int) -> Int? {
        guard isInside(offset, count) else { return nil }
        let (own, stock) = (UInt16(device + 1), UInt16(Self.stock + 1))
        var stocked = 0
        for page in offset..<offset + count {
            guard entries[page] == own || entries[page] == stock else { return nil }
            stocked += entries[page] == stock ? 1 : 0
        }
        (entries + offset).update(repeating: own | Self.inHand, count: count)
        return stocked
    }

    func give(offset: Int, count: Int, to device: Int) {
        guard isInside(offset, count) else { return }
        (entries + offset).update(repeating: UInt16(device + 1), count: count)
    }

    func takeBack(offset: Int, count: Int) {
        guard isInside(offset, count) else { return }
        (entries + offset).update(repeating: 0, count: count)
    }

    /// Makes chunks of the device's pages one buffer. False, with nothing changed, when a page is not
    /// in the driver's hand or is part of a buffer already, of this one included.
    func makeBuffer(ofChunksAt offsets: [Int], chunkPages: Int, device: Int) -> Bool {
        let owner = UInt16(device + 1) | Self.inHand
        for (number, offset) in offsets.enumerated() {
            let isUnused =
                isInside(offset, chunkPages)
                && (offset..<offset + chunkPages).allSatisfy { entries[$0] == owner }
            guard isUnused else {
                for done in offsets[..<number] {
                    (entries + done).update(repeating: owner, count: chunkPages)
                }
                return false
            }
            (entries + offset).update(repeating: owner | Self.inBuffer, count: chunkPages)
        }
        return !offsets.isEmpty
    }
}
