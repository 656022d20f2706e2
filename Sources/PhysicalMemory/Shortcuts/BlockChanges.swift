/// When each pageblock, each group of 64 of them and each region of 64 groups last changed in what decides
/// over windows: pages that are free, can be moved or are allocated, and what isolation walks over.
///
/// Time is a count of looks: whoever keeps something about a group asks whether it changed since the
/// look at which that was true.
final class BlockChanges {
    /// log2 of the pageblocks in a group, and of the groups in a region.
    static let groupOrder = 6

    private let blocks: UnsafeMutablePointer<UInt64>
    private let groups: UnsafeMutablePointer<UInt64>
    private let regions: UnsafeMutablePointer<UInt64>
    private let blockOrder: Int
    /// log2 of the pageblocks of a largest block, and a bit for the first pageblock of each in a group.
    private let largestOrder: Int
    private let firsts: UInt64
    private var looks: UInt64 = 1

    /// - Parameter geometry: of the zone.
    init(blocks count: Int, geometry: PageGeometry) {
        blockOrder = geometry.blockOrder
        largestOrder = geometry.largestOrder - geometry.blockOrder
        firsts = ~0 / (1 << UInt64(1 << largestOrder) &- 1)
        let groupCount = count >> Self.groupOrder + 1
        let regionCount = groupCount >> Self.groupOrder + 1
        blocks = .allocate(capacity: groupCount << Self.groupOrder)
        blocks.initialize(repeating: 0, count: groupCount << Self.groupOrder)
        groups = .allocate(capacity: groupCount)
        groups.initialize(repeating: 0, count: groupCount)
        regions = .allocate(capacity: regionCount)
        regions.initialize(repeating: 0, count: regionCount)
    }

    deinit {
        blocks.deallocate()
        groups.deallocate()
        regions.deallocate()
    }

    /// Notes that a pageblock changes now.
    @inline(__always)
    func mark(_ block: Int) {
        blocks[block] = looks
        groups[block >> Self.groupOrder] = looks
        regions[block >> (2 * Self.groupOrder)] = looks
    }

    /// Notes that the pageblocks of a range of frames change now.
    func mark(frames: Range<Int>) {
        guard !frames.isEmpty else { return }
        for block in frames.lowerBound &>> blockOrder...(frames.upperBound - 1) &>> blockOrder { mark(block) }
    }

    /// Whether a pageblock of the region changed since a look; since 0 all have.
    @inline(__always)
    func hasChanged(region: Int, since look: UInt64) -> Bool { regions[region] >= look }

    /// The same of a group.
    @inline(__always)
    func hasChanged(group: Int, since look: UInt64) -> Bool { groups[group] >= look }

    /// The pageblocks of a group that changed since a look, a bit each; with each, those after it in the same
    /// largest block: what isolation of these walks over reaches back.
    func changed(in group: Int, since look: UInt64) -> UInt64 {
        let first = blocks + group << Self.groupOrder
        var changed: UInt64 = 0
        for block in 0..<1 << Self.groupOrder where first[block] >= look { changed |= 1 << UInt64(block) }
        for order in 0..<largestOrder {
            let distance = 1 << order
            // All but the last `distance` pageblocks of each largest block: from these a bit would leave it.
            let staying = firsts &* (1 << UInt64(1 << largestOrder - distance) &- 1)
            changed |= (changed & staying) << UInt64(distance)
        }
        return changed
    }

    /// A look: what is seen now is as it is until something changes after it.
    func look() -> UInt64 {
        looks += 1
        return looks
    }
}
