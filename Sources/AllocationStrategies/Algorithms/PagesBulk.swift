import PhysicalMemory

extension Strategy {
    /// The first RFC, as far as it is known.
    static let pagesBulk = Strategy(
        name: "pages-bulk",
        summary: "alloc_pages_bulk: empty a pageblock, take every chunk that came free",
        origin: "Kim, RFC of August 2020; only its interface and the heap's description are known",
        rule: """
            One call goes over the pageblocks of the area, beginning behind the one where the last call \
            ended and round once (of chunks larger than a pageblock, stretches of a chunk's size). Each is \
            isolated and emptied as far as that goes, best effort: a batch of pages that will not move is \
            passed over. Then every chunk in it that is free is taken. So a bad page costs its own chunk and \
            not the pageblock. Effort as in a normal call. What was got is kept. How the RFC treated a batch \
            that would not move is not known; passing over it is ours.
            """
    ) { PagesBulk() }
}

private final class PagesBulk: GatheringStrategy {
    /// Page of the area behind the stretch where the last call ended.
    private var next = 0

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        let stretches = Stretches(of: access.area.geometry, step: Self.step(of: request))
        let begin = stretches.number(at: next)
        access.callToHarvest(request) { outcome in
            for number in 0..<stretches.count where chunks.count < request.wanted {
                let stretch = stretches[(begin + number) % stretches.count]
                chunks += access.harvest(
                    stretch, for: request, limit: request.wanted - chunks.count, mode: .normal, in: &outcome)
                next = stretch.upperBound % access.pages
                if outcome.errno == .noMemory { break }
            }
            outcome.errno = chunks.count < request.wanted ? outcome.errno ?? .busy : nil
        }
        return chunks
    }

    /// Frames of a stretch: a pageblock, or room for one chunk that is larger, aligned as that wants.
    private static func step(of request: GatherRequest) -> Int {
        guard request.chunkPages > BlockSize.pageblockPages else { return BlockSize.pageblockPages }
        let unit = 1 << request.align
        return (request.chunkPages + unit - 1) / unit * unit
    }
}

/// An area cut where page frame numbers are multiples of `step`, and where a range ends.
private struct Stretches {
    private let parts: [(frames: Range<Int>, offset: Int, first: Int)]
    private let step: Int
    let count: Int

    init(of geometry: AreaGeometry, step: Int) {
        var count = 0
        parts = zip(geometry.ranges, geometry.offsets).map { frames, offsets in
            defer { count += (frames.upperBound - 1) / step - frames.lowerBound / step + 1 }
            return (frames, offsets.lowerBound, count)
        }
        self.step = step
        self.count = count
    }

    /// Number of the stretch that has the page at an offset of the area.
    func number(at offset: Int) -> Int {
        guard let part = parts.last(where: { $0.offset <= offset }) else { return 0 }
        let pfn = part.frames.lowerBound + offset - part.offset
        return part.first + pfn / step - part.frames.lowerBound / step
    }

    /// Offsets of the pages of a stretch, 0 ..< `count`.
    subscript(number: Int) -> Range<Int> {
        guard let part = parts.last(where: { $0.first <= number }) else { return 0..<0 }
        let pfn = (part.frames.lowerBound / step + number - part.first) * step
        let frames = (pfn..<pfn + step).clamped(to: part.frames)
        let first = frames.lowerBound - part.frames.lowerBound + part.offset
        return first..<first + frames.count
    }
}
