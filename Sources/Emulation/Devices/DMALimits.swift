public import PhysicalMemory

/// What the DMA of a device can address: what dma_mask, segment_boundary_mask, the length of its
/// scatter list and its alignment say about a buffer.
public struct DMALimits: Sendable, Hashable {
    /// Highest byte address; zero for no limit.
    public var mask: UInt64
    /// A power of two, bytes, that no segment may cross; zero for no limit.
    public var boundary: UInt64
    /// Most segments of a plane; zero for no limit.
    public var maxSegments: Int
    /// The first pfn of each segment is a multiple of 2^alignOrder.
    public var alignOrder: Int

    /// Bytes of the machine's pages.
    private let pageBytes: UInt64
    /// Largest order of an alignment, as cma_alloc() has it.
    public static let alignLimit = 40

    /// - Returns: nil when the boundary is no power of two or less than a page, `maxSegments` is
    ///   negative, or `alignOrder` is not in 0 … 40.
    public init?(
        mask: UInt64, boundary: UInt64 = 0, maxSegments: Int = 0, alignOrder: Int = 0,
        of geometry: PageGeometry = .standard
    ) {
        let pageBytes = UInt64(geometry.pageBytes)
        guard boundary == 0 || boundary >= pageBytes && boundary & (boundary - 1) == 0,
            maxSegments >= 0, (0...Self.alignLimit).contains(alignOrder)
        else { return nil }
        self.mask = mask
        self.boundary = boundary
        self.maxSegments = maxSegments
        self.alignOrder = alignOrder
        self.pageBytes = pageBytes
    }

    private init() {
        mask = 0
        boundary = 0
        maxSegments = 0
        alignOrder = 0
        pageBytes = UInt64(PageGeometry.standard.pageBytes)
    }

    /// A device that can address everything.
    public static let none = DMALimits()

    /// The first rule that a plane breaks, nil when the device can address it.
    ///
    /// Neighbours in the list that are neighbours in memory count as one segment, unless they meet on
    /// a boundary; follows sg_alloc_table_from_pages_segment(). Segments are looked at in their order,
    /// the mask first, then the boundary, then the alignment; their number comes last.
    /// - Parameters:
    ///   - segments: ranges of pfns, 0 ..< 2^40, in the order of the plane's bytes; none is empty.
    ///   - plane: number of the plane, for the violation.
    public func violation(of segments: some Sequence<Range<Int>>, plane: Int = 0) -> DMAViolation? {
        guard self != .none else { return nil }
        var count = 0
        var current: Range<Int>?
        for piece in segments {
            if let merged = current, piece.lowerBound == merged.upperBound, !isOnBoundary(piece.lowerBound) {
                current = merged.lowerBound..<piece.upperBound
                continue
            }
            if let rule = current.flatMap(brokenRule) {
                return DMAViolation(rule: rule, plane: plane, segment: count - 1)
            }
            count += 1
            current = piece
        }
        if let rule = current.flatMap(brokenRule) {
            return DMAViolation(rule: rule, plane: plane, segment: count - 1)
        }
        guard maxSegments == 0 || count <= maxSegments else {
            return DMAViolation(
                rule: .segments(count: count, limit: maxSegments), plane: plane, segment: maxSegments)
        }
        return nil
    }

    private func isOnBoundary(_ pfn: Int) -> Bool {
        boundary != 0 && UInt64(pfn) * pageBytes & (boundary - 1) == 0
    }

    private func brokenRule(_ segment: Range<Int>) -> DMAViolation.Rule? {
        let first = UInt64(segment.lowerBound) * pageBytes
        let last = UInt64(segment.upperBound) * pageBytes - 1
        if mask != 0, last > mask { return .mask(address: last, limit: mask) }
        if boundary != 0, first & ~(boundary - 1) != last & ~(boundary - 1) {
            return .boundary(address: last & ~(boundary - 1), limit: boundary)
        }
        if segment.lowerBound & (1 << alignOrder - 1) != 0 {
            return .alignment(pfn: segment.lowerBound, order: alignOrder)
        }
        return nil
    }
}

/// Why the DMA of a device cannot address a buffer.
public struct DMAViolation: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Rule: Sendable, Hashable {
        /// A segment's last byte lies above the mask.
        case mask(address: UInt64, limit: UInt64)
        /// A segment crosses the boundary at `address`.
        case boundary(address: UInt64, limit: UInt64)
        /// A segment begins on no multiple of 2^order pages.
        case alignment(pfn: Int, order: Int)
        /// The plane has more segments than the device's list.
        case segments(count: Int, limit: Int)
    }

    public var rule: Rule
    /// Numbers of the plane, and of the segment in it after merging, from 0.
    public var plane: Int
    public var segment: Int

    public init(rule: Rule, plane: Int, segment: Int) {
        self.rule = rule
        self.plane = plane
        self.segment = segment
    }

    /// One line: the rule, where it is broken, and the limit.
    public var description: String {
        let place = "plane \(plane), segment \(segment)"
        switch rule {
        case .mask(let address, let limit):
            return "DMA mask: \(place) ends at \(Self.hex(address)), above \(Self.hex(limit))"
        case .boundary(let address, let limit):
            return "DMA boundary: \(place) crosses \(Self.hex(address)), a multiple of \(Self.hex(limit))"
        case .alignment(let pfn, let order):
            return "DMA alignment: \(place) begins at pfn \(pfn), no multiple of 2^\(order)"
        case .segments(let count, let limit):
            return "DMA segments: plane \(plane) has \(count), at most \(limit) are possible"
        }
    }

    private static func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
}
