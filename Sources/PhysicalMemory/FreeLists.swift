/// The free lists of the buddy allocator: one for each migratetype and order.
struct FreeLists {
    private let frames: UnsafeMutablePointer<PageFrame>
    private let lists: UnsafeMutablePointer<FrameList>
    private static let orders = BlockOrder.largest + 1

    init(frames: UnsafeMutablePointer<PageFrame>) {
        self.frames = frames
        lists = .allocate(capacity: Migratetype.count * Self.orders)
        lists.initialize(repeating: FrameList(), count: Migratetype.count * Self.orders)
    }

    func deallocate() { lists.deallocate() }

    @inline(__always)
    private func list(_ type: Migratetype, _ order: Int) -> UnsafeMutablePointer<FrameList> {
        lists + (Int(type.rawValue) * Self.orders + order)
    }

    /// First block of a list; nil when it is empty.
    @inline(__always)
    func first(_ type: Migratetype, order: Int) -> Int? {
        let first = list(type, order).pointee.first
        return first == 0 ? nil : first
    }

    /// Blocks on a list.
    func count(_ type: Migratetype, order: Int) -> Int { list(type, order).pointee.count }

    @inline(__always)
    func insert(_ pfn: Int, _ type: Migratetype, order: Int, atTail: Bool) {
        if atTail {
            list(type, order).pointee.insertLast(pfn, frames)
        } else {
            list(type, order).pointee.insertFirst(pfn, frames)
        }
    }

    @inline(__always)
    func remove(_ pfn: Int, _ type: Migratetype, order: Int) {
        list(type, order).pointee.remove(pfn, frames)
    }

    /// A list as it is, for checks.
    func contents(_ type: Migratetype, order: Int) -> FrameList { list(type, order).pointee }
}
