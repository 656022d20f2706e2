import KernelFormats
import PhysicalMemory

/// Why a cma_alloc() failed, as far as the log tells.
public enum FailureCause: String, Encodable, Sendable, Hashable {
    /// More was asked for than the area has.
    case largerThanArea = "larger-than-area"
    /// Fewer pages were left than asked for.
    case tooFewFree = "too-few-free"
    /// Enough pages were left, but no run of them was long enough.
    case fragmented
    /// A run was long enough, but none from an aligned page on.
    case misaligned
    /// There were windows, and none could be emptied.
    case windowsBusy = "windows-busy"
    /// There was a window, and no memory to move its pages to.
    case noMemoryToMove = "no-memory-to-move"
    /// No window was tried; the log does not have the bitmap.
    case noWindow = "no-window"
    /// Newer kernels answer -EBUSY in both cases, and the log has neither the bitmap nor a refused window.
    case noWindowOrBusy = "no-window-or-busy"
    /// The task was killed meanwhile, or the errno is none that these failures have.
    case other
}

/// A failure with what follows from its lines alone.
struct DiagnosedFailure {
    let failure: KernelLog.Failure
    /// Order of the alignment that is assumed, and where it comes from.
    private(set) var align: Int
    private(set) var alignSource: String
    let cause: FailureCause
    /// Pages of the area, and where the number comes from; nil when nothing tells.
    let areaPages: Int?
    let areaSource: String
    /// Runs of pages that nobody had allocated, as ranges of the area's pages; nil when the log has none.
    let freeRuns: [Range<Int>]?
    let pool: KernelLog.Pool?
    /// The kernel that the log is of; nil for one that devemu does not know, or that nothing tells.
    let kernel: Kernel?
    /// The release that the log begins with.
    let release: String?

    private static let noMemory = -12
    private static let busy = -16
    /// CONFIG_CMA_ALIGNMENT, above which the DMA layer aligns nothing.
    private static let largestAlign = 8

    /// - Parameter areaPages: the size that the user says the area has.
    init(_ failure: KernelLog.Failure, in log: KernelLog, areaPages given: Int?) {
        self.failure = failure
        let named = log.pools.last { $0.name != nil && $0.name == failure.area }
        pool = named ?? (log.pools.count == 1 ? log.pools[0] : nil)
        (align, alignSource) = Self.align(of: failure)
        kernel = Self.kernel(of: failure, in: log)
        release = log.release
        if let free = failure.free {
            (areaPages, areaSource) = (free.total, "line \(free.line)")
        } else if let given {
            (areaPages, areaSource) = (given, "--area")
        } else if let pool {
            (areaPages, areaSource) = (PageGeometry.standard.pages(holding: pool.bytes), "line \(pool.line)")
        } else {
            (areaPages, areaSource) = (nil, "")
        }
        let total = areaPages ?? 0
        // Bits of several ranges do not say where in the area the ranges lie.
        if let free = failure.free, free.ranges.count == 1 || free.free == 0 {
            freeRuns = free.ranges.flatMap(\.self).map { $0.bit..<min($0.bit + $0.pages, max(total, $0.bit)) }
        } else {
            freeRuns = nil
        }
        // These kernels answer -EBUSY only after a window was tried: an alignment that leaves none is not the caller's.
        if failure.errno == Self.busy, failure.busy.isEmpty, let freeRuns,
            Self.withoutWindow(of: failure, on: kernel) == .noMemory,
            let possible = (0...align).last(where: { order in
                freeRuns.contains { Self.window(of: failure.count, align: order, in: $0) != nil }
            }), possible < align
        {
            align = possible
            alignSource = "-EBUSY, which this kernel answers only after it tried a window, so at most that"
        }
        cause = Self.cause(
            of: failure, on: kernel, areaPages: areaPages, freeRuns: freeRuns, align: align)
    }

    /// By the release that the log begins with, else by the function that complains, where only one kernel has it.
    private static func kernel(of failure: KernelLog.Failure, in log: KernelLog) -> Kernel? {
        if let release = log.release { return Kernel(release: release) }
        let those = Kernel.all.filter { $0.formats.failingFunction == failure.function }
        return those.count == 1 ? those[0] : nil
    }

    /// By the distance of refused windows, else as the DMA layer aligns.
    private static func align(of failure: KernelLog.Failure) -> (Int, String) {
        let own = failure.busy.filter { $0.pages == failure.count }
        let steps = zip(own, own.dropFirst()).map { $1.pfn - $0.pfn }.filter { $0 > 0 }
        if let step = steps.min(), step & (step - 1) == 0 {
            return (step.trailingZeroBitCount, "the distance of the refused windows")
        }
        var order = 0
        while 1 << order < failure.count, order < largestAlign { order += 1 }
        return (order, "the DMA layer's rule, at most 2^\(largestAlign) pages")
    }

    private static func cause(
        of failure: KernelLog.Failure, on kernel: Kernel?, areaPages: Int?, freeRuns: [Range<Int>]?,
        align: Int
    ) -> FailureCause {
        guard [noMemory, busy].contains(failure.errno) else { return .other }
        if let areaPages, failure.count > areaPages { return .largerThanArea }
        if let free = failure.free, free.free < failure.count { return .tooFewFree }
        guard let freeRuns else {
            if failure.errno == busy, failure.busy.isEmpty, withoutWindow(of: failure, on: kernel) == .busy {
                return .noWindowOrBusy
            }
            return failure.errno == busy || !failure.busy.isEmpty ? .windowsBusy : .noWindow
        }
        let windows = freeRuns.compactMap { window(of: failure.count, align: align, in: $0) }
        if !windows.isEmpty || !failure.busy.isEmpty {
            return failure.errno == busy ? .windowsBusy : .noMemoryToMove
        }
        return freeRuns.contains { $0.count >= failure.count } ? .misaligned : .fragmented
    }

    /// The errno of a call that tried no window.
    private static func withoutWindow(of failure: KernelLog.Failure, on kernel: Kernel?) -> AllocationErrno {
        if let kernel { return kernel.search.withoutWindow }
        // Kernels with areas of several ranges answer -EBUSY. They have the function's new name, and so has Linux 6.12,
        // which answers -ENOMEM as the older ones do.
        return failure.function.isEmpty || failure.function == "cma_alloc" ? .noMemory : .busy
    }

    /// The first window in a run; areas begin on a multiple of every alignment that is looked at.
    private static func window(of pages: Int, align: Int, in run: Range<Int>) -> Int? {
        let first = ((run.lowerBound + 1 << align - 1) >> align) << align
        return first + pages <= run.upperBound ? first : nil
    }

    /// Why the log has no bitmap, as the end of a sentence; empty where nothing tells.
    var whyNoBitmap: String {
        guard let release, let kernel else { return "" }
        switch kernel.formats.freeMap {
        case .debugLine: return ", which Linux \(release) prints only with CONFIG_CMA_DEBUG"
        case .line, .linePerRange: return ", which Linux \(release) prints after this line: the log is cut"
        }
    }

    /// The longest run, pages.
    var longestRun: Int? { freeRuns.map { $0.map(\.count).max() ?? 0 } }
}
