import KernelFormats
import PhysicalMemory

/// Emulated areas that agree with what a log shows of a failure; a seed decides what it does not show.
struct SuspectedArea {
    let request: AllocationRequest
    let geometry: AreaGeometry
    private let diagnosed: DiagnosedFailure
    private let memoryPages: Int
    /// What is not in the log, as it was chosen.
    private(set) var assumptions: [String] = []

    /// Frame from which emulated areas begin: on a multiple of every alignment.
    private static let base = 1 << 16
    private static let pageblock = PageGeometry.standard.blockPages
    /// Most pages of an area that is emulated: 4 GiB.
    static let pageLimit = 1 << 20
    private static let smallestArea = 16384

    /// Nil for an area that is too large to be emulated.
    init?(_ diagnosed: DiagnosedFailure) {
        self.diagnosed = diagnosed
        request = AllocationRequest(count: diagnosed.failure.count, align: diagnosed.align)
        let pages =
            diagnosed.areaPages
            ?? max(Self.smallestArea, Self.roundedUp(4 * min(request.count, Self.pageLimit)))
        let whole = Self.roundedUp(pages)
        guard whole <= Self.pageLimit,
            let geometry = AreaGeometry(basePFN: Self.base, pages: whole)
        else { return nil }
        self.geometry = geometry
        memoryPages = Self.base + 2 * whole + 1 << 17
        if diagnosed.areaPages == nil {
            assumptions.append("an area of \(whole) pages: the log does not tell its size; --area does")
        }
        assumptions.append("aligned to 2^\(request.align) pages: \(diagnosed.alignSource)")
        assumptions += Self.assumptions(on: diagnosed)
        assumptions.append("20 to 95 % of the other pages in use and movable, drawn by the seed")
        assumptions.append("free memory outside of the area to move them to")
        if let release = diagnosed.release {
            let kernel = Self.kernel(of: diagnosed)
            assumptions.append(
                diagnosed.kernel == nil
                    ? "decisions of \(kernel.name): devemu does not know Linux \(release), which the log is of"
                    : "decisions of \(kernel.name): the log is of Linux \(release)")
            if let note = kernel.note { assumptions.append(note) }
        }
    }

    /// The kernel that decides in the trials.
    private static func kernel(of diagnosed: DiagnosedFailure) -> Kernel { diagnosed.kernel ?? .standard }

    /// What is allocated and what does not move.
    private static func assumptions(on diagnosed: DiagnosedFailure) -> [String] {
        var texts: [String] = []
        let left =
            diagnosed.failure.free.map { "\($0.free) pages left" } ?? "nothing else allocated in the area"
        switch diagnosed.cause {
        case .noWindowOrBusy:
            texts.append(
                "in every second area no window, in the others windows that are all busy, \(left): this kernel "
                    + "answers -EBUSY in both cases")
        case .windowsBusy where diagnosed.freeRuns == nil:
            texts.append("\(left): the log does not have the bitmap\(diagnosed.whyNoBitmap)")
        case _ where diagnosed.freeRuns == nil:
            texts.append(
                "what was allocated, drawn by the seed until no window was left: the log does not have the bitmap"
                    + diagnosed.whyNoBitmap)
        default: break
        }
        if [.windowsBusy, .noWindowOrBusy].contains(diagnosed.cause) {
            texts.append("in each window one page that never moves and no more of them, drawn by the seed")
        }
        return texts
    }

    /// Whether the windows of a seed's area are busy, rather than not there.
    private func hasBusyWindows(_ seed: UInt64) -> Bool {
        diagnosed.cause == .windowsBusy || diagnosed.cause == .noWindowOrBusy && seed % 2 == 0
    }

    private static func roundedUp(_ pages: Int) -> Int { (pages + pageblock - 1) / pageblock * pageblock }

    /// What a trial changes before it asks.
    struct Change {
        /// Pages that the area has in addition, with as many pins as the rest.
        var morePages = 0
        /// How long pins last on average, ns; nil for ever.
        var pinNanoseconds: Double?
    }

    /// The area of one seed; nil when such a machine cannot be laid out.
    func make(seed: UInt64, _ change: Change = Change()) -> ContiguousArea? {
        var generator = SeededGenerator(seed: seed)
        let isBusy = hasBusyWindows(seed)
        let held = heldRanges(leavingWindows: isBusy, &generator)
        let pages = geometry.pages + Self.roundedUp(change.morePages)
        guard let geometry = AreaGeometry(basePFN: Self.base, pages: pages) else { return nil }
        let fill = generator.uniform(in: 0.2...0.95)
        let inUse = movable(fill: fill, pages: pages, &generator)
        let memory = try? MachineMemory(
            pages: max(memoryPages, Self.base + 2 * pages + 1 << 16), areas: [geometry], inUse: inUse,
            kernel: Self.kernel(of: diagnosed))
        guard let area = memory?.areas.first else { return nil }
        for range in held { area.hold(offset: range.lowerBound, count: range.count) }
        if isBusy { pin(area, &generator, lasting: change.pinNanoseconds) }
        return area
    }

    /// What the bitmap says, or one drawn so that no window is left.
    private func heldRanges(
        leavingWindows: Bool, _ generator: inout SeededGenerator
    ) -> [Range<Int>] {
        guard let runs = diagnosed.freeRuns else {
            guard request.count <= geometry.pages else { return [] }
            return leavingWindows ? lowRanges : drawnRanges(&generator)
        }
        var held: [Range<Int>] = []
        var end = 0
        for run in runs where !run.isEmpty {
            if run.lowerBound > end { held.append(end..<run.lowerBound) }
            end = run.upperBound
        }
        if end < geometry.pages { held.append(end..<geometry.pages) }
        return held
    }

    /// All but the free pages that the log counts, from the area's first page on.
    private var lowRanges: [Range<Int>] {
        guard let free = diagnosed.failure.free, free.free < geometry.pages else { return [] }
        return [0..<geometry.pages - free.free]
    }

    /// Blocks of 1 to 256 pages, each in the first window that is left, and where the log has the number of
    /// free pages, more of them up to that.
    private func drawnRanges(_ generator: inout SeededGenerator) -> [Range<Int>] {
        var used = [Bool](repeating: false, count: geometry.pages)
        let step = 1 << request.align
        var start = 0
        var taken = 0
        while start + request.count <= geometry.pages {
            if let blocker = used[start..<start + request.count].lastIndex(of: true) {
                start = (blocker + step) / step * step
                continue
            }
            let count = min(1 << generator.below(9), request.count)
            let first = start + generator.below(request.count - count + 1)
            for page in first..<first + count { used[page] = true }
            taken += count
        }
        let target = diagnosed.failure.free.map { geometry.pages - $0.free } ?? taken
        while taken < target {
            let page = generator.below(geometry.pages)
            let first = used[page...].firstIndex(of: false) ?? used.firstIndex(of: false) ?? 0
            used[first] = true
            taken += 1
        }
        var ranges: [Range<Int>] = []
        var page = 0
        while let first = used[page...].firstIndex(of: true) {
            let end = used[first...].firstIndex(of: false) ?? used.count
            ranges.append(first..<end)
            page = end
            if page >= used.count { break }
        }
        return ranges
    }

    /// Stretches of pages in use with gaps between them, as frames.
    private func movable(
        fill: Double, pages: Int, _ generator: inout SeededGenerator
    ) -> [Range<Int>] {
        let meanGap = 24.0
        let meanStretch = meanGap * fill / (1 - fill)
        var stretches: [Range<Int>] = []
        var offset = 0
        while offset < pages {
            let stretch = min(generator.below(Int(2 * meanStretch) + 1), pages - offset)
            if stretch > 0 { stretches.append(Self.base + offset..<Self.base + offset + stretch) }
            offset += stretch + 1 + generator.below(Int(2 * meanGap))
        }
        return stretches
    }

    /// One pin in each window that the kernel would try, and as densely in what the area has in addition.
    private func pin(
        _ area: ContiguousArea, _ generator: inout SeededGenerator, lasting mean: Double?
    ) {
        var pins: [Int] = []
        var start = 0
        while let window = area.nextWindow(from: start, for: request),
            window + request.count <= geometry.pages
        {
            start = window + 1 << request.align
            if let last = pins.last, last >= window { continue }
            pins.append(window + generator.below(request.count))
        }
        let more = area.geometry.pages - geometry.pages
        for _ in 0..<pins.count * more / geometry.pages {
            pins.append(geometry.pages + generator.below(more))
        }
        for page in pins {
            area[page] = .pinned
            guard let mean else { continue }
            let pfn = area.geometry.pfn(at: page)
            let memory = area.memory
            memory.timeline.schedule(after: UInt64(mean * generator.exponential())) { memory.unpin(pfn) }
        }
    }

    /// Held ranges that stand in the way of the window with the fewest held pages; for causes in which
    /// something has to come back first.
    func cheapestWindow(in area: ContiguousArea) -> (window: Range<Int>, held: [Range<Int>])? {
        var before = [0]
        before.reserveCapacity(area.geometry.pages + 1)
        for page in 0..<area.geometry.pages { before.append(before[page] + (area[page] == .held ? 1 : 0)) }
        let step = 1 << request.align
        let starts = stride(from: 0, through: area.geometry.pages - request.count, by: step)
        guard
            let best = starts.min(by: {
                before[$0 + request.count] - before[$0] < before[$1 + request.count] - before[$1]
            })
        else { return nil }
        let window = best..<best + request.count
        var held: [Range<Int>] = []
        for page in window where area[page] == .held {
            if let last = held.last, last.upperBound == page {
                held[held.count - 1] = last.lowerBound..<page + 1
            } else {
                held.append(page..<page + 1)
            }
        }
        return (window, held)
    }
}
