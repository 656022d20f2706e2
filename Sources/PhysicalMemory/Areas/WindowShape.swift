/// Where windows for a request can lie in a range of an area, in bits of its allocation bitmap, and where a search
/// resumes.
struct WindowShape {
    let bits: Int
    let mask: Int
    let alignOffset: Int
    /// Pages and alignment order of the request.
    let count: Int
    let align: Int
    /// Bits of a block of the largest order, and of the memory before the range.
    private let largestBits: Int
    private let baseBits: Int

    init(_ request: AllocationRequest, in range: AreaRange, of area: ContiguousArea) {
        let geometry = area.geometry
        bits = geometry.bits(forPages: request.count)
        mask = geometry.mask(alignOrder: request.align)
        alignOffset = geometry.alignOffset(alignOrder: request.align, base: range.basePFN)
        count = request.count
        align = request.align
        largestBits = max(area.zone.geometry.largestPages >> geometry.orderPerBit, 1)
        baseBits = range.frames.lowerBound >> geometry.orderPerBit
    }

    /// The bit at which a search resumes after the refused window at `bit`.
    @inline(__always)
    func next(after bit: Int, step: RetryStep) -> Int {
        let next = bit + mask + 1
        switch step {
        case .alignment: return next
        case .largestBlock: return (baseBits + next + largestBits - 1) / largestBits * largestBits - baseBits
        }
    }
}
