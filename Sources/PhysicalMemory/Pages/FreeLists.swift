/// The free lists of the buddy allocator: one for each migratetype and order.
struct FreeLists {
    private let frames: UnsafeMutablePointer<PageFrame>
    private let lists: UnsafeMutablePointer<FrameList>
    /// A bit for each order whose list is not empty, by migratetype.
    private let occupied: UnsafeMutablePointer<UInt16>
    /// Orders from 0 to the largest.
    private let orders: Int

    init(frames: UnsafeMutablePointer<PageFrame>, geometry: PageGeometry) {
        self.frames = frames
        orders = geometry.largestOrder + 1
        lists = .allocate(capacity: Migratetype.count * orders)
        lists.initialize(repeating: FrameList(), count: Migratetype.count * orders)
        occupied = .allocate(capacity: Migratetype.count)
        occupied.initialize(repeating: 0, count: Migratetype.count)
    }

    func deallocate() {
        lists.deallocate()
        occupied.deallocate()
    }

    @inline(__always)
    private func list(_ type: Migratetype, _ order: Int) -> UnsafeMutablePointer<FrameList> {
        lists + (Int(type.rawValue) * orders + order)
    }

    /// First block of a list; nil when it is empty.
    @inline(__always)
    func first(_ type: Migratetype, order: Int) -> Int? {
        let first = list(type, order).pointee.first
        return first == 0 ? nil : first
    }

    /// The smallest order not below `from` of which a type has a block; nil when it has none.
    @inline(__always)
    func smallestOrder(_ type: Migratetype, from order: Int) -> Int? {
        let rest = occupied[Int(type.rawValue)] & (~0 << UInt16(order))
        return rest == 0 ? nil : rest.trailingZeroBitCount
    }

    /// Blocks on a list.
    func count(_ type: Migratetype, order: Int) -> Int { list(type, order).pointee.count }

    @inline(__always)
    func insert(_ pfn: Int, _ type: Migratetype, order: Int, atTail: Bool) {
        occupied[Int(type.rawValue)] |= 1 << UInt16(order)
        if atTail {
            list(type, order).pointee.insertLast(pfn, frames)
        } else {
            list(type, order).pointee.insertFirst(pfn, frames)
        }
    }

    @inline(__always)
    func remove(_ pfn: Int, _ type: Migratetype, order: Int) {
        list(type, order).pointee.remove(pfn, frames)
        if list(type, order).pointee.count == 0 { occupied[Int(type.rawValue)] &= ~(1 << UInt16(order)) }
    }

    /// A list as it is, for checks.
    func contents(_ type: Migratetype, order: Int) -> FrameList { list(type, order).pointee }
}
