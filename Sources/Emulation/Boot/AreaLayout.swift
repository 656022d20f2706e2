public import PhysicalMemory

/// The areas of a machine side by side in its memory.
public enum AreaLayout {
    /// Why the areas do not fit.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        /// Number of the request that cannot be placed.
        public var area: Int
        /// One line.
        public var description: String
    }

    /// An area that is to be placed.
    public struct Request: Sendable, Hashable {
        /// Whole pageblocks, pages.
        public var pages: Int
        /// Page frame number of the first page; nil for as high as fits.
        public var base: Int?
        /// log2 of the pages of one bit.
        public var orderPerBit: Int

        public init(pages: Int, base: Int?, orderPerBit: Int) {
            self.pages = pages
            self.base = base
            self.orderPerBit = orderPerBit
        }
    }

    /// Places every area: first those with a base, then the others in their order, each as high as it
    /// fits between them and above the kernel, as memblock's top-down search does.
    ///
    /// - Parameters:
    ///   - firstPFN: where memory begins.
    ///   - absent: page frame numbers that are not memory.
    ///   - geometry: of memory; an area without a base starts on a pageblock.
    /// - Returns: their geometries in the order of the requests.
    /// - Throws: `Refusal` for the first that fits nowhere.
    public static func place(
        _ requests: [Request], firstPFN: Int = 0, memoryPages: Int, absent: [Range<Int>] = [],
        of geometry: PageGeometry = .standard
    ) throws(Refusal) -> [AreaGeometry] {
        var taken = absent + requests.compactMap { request in request.base.map { $0..<$0 + request.pages } }
        var geometries: [AreaGeometry] = []
        for (index, request) in requests.enumerated() {
            let base =
                request.base
                ?? highest(
                    request.pages, beside: taken, in: firstPFN..<firstPFN + memoryPages,
                    kernelPages: Kernel.standard.boot.kernelPages(
                        of: memoryPages - absent.reduce(0) { $0 + $1.count }), block: geometry.blockPages)
            guard let base,
                let place = AreaGeometry(
                    basePFN: base, pages: request.pages, orderPerBit: request.orderPerBit)
            else {
                throw Refusal(
                    area: index,
                    description:
                        "\(geometry.mebibytes(of: request.pages)) MiB do not fit beside the other areas in a machine "
                        + "of \(geometry.mebibytes(of: memoryPages)) MiB")
            }
            if request.base == nil { taken.append(base..<base + request.pages) }
            geometries.append(place)
        }
        return geometries
    }

    /// The highest pageblock from which on that many pages are nobody's.
    private static func highest(
        _ pages: Int, beside taken: [Range<Int>], in memory: Range<Int>, kernelPages: Int,
        block: Int
    ) -> Int? {
        let kernel = memory.lowerBound + kernelPages
        var top = memory.upperBound
        while top - pages >= kernel {
            let base = (top - pages) / block * block
            guard let hindrance = taken.filter({ $0.overlaps(base..<base + pages) }).map(\.lowerBound).min()
            else { return base >= kernel ? base : nil }
            top = hindrance
        }
        return nil
    }
}
