extension Kernel {
    /// One rule in words: what is decided, and how this kernel decides it.
    public struct Rule: Sendable, Hashable {
        /// `tries for a batch`
        public let subject: String
        public let decision: String
    }

    /// Every rule in the order in which an allocation meets it. Two kernels that decide differently differ here.
    public var rules: [Rule] {
        [
            Rule(
                subject: "ranges of an area",
                decision: search.mostRanges == 1
                    ? "one" : "up to \(search.mostRanges), first fit in each in turn"),
            Rule(subject: "no window to try", decision: search.withoutWindow.name),
            Rule(
                subject: "more than is unallocated",
                decision: search.refusesBeyondAvailable ? "refused before a search" : "searched for"),
            Rule(subject: "more pages than the area", decision: search.largerThanArea.meaning),
            Rule(subject: "after a refused window", decision: search.retryStep.meaning),
            Rule(
                subject: "every window busy",
                decision: search.rescans == 0
                    ? "the call fails" : "the search begins again, \(search.rescans) times at most"),
            Rule(subject: "mutex", decision: search.mutex.meaning),
            Rule(subject: "migrate_pages() calls", decision: "\(range.tries) for a batch of isolated pages"),
            Rule(
                subject: "-EBUSY of migration",
                decision: range.forgivesBusy
                    ? "forgiven when the window turns out to be free" : "refuses the window"),
            Rule(subject: "release", decision: range.release.meaning),
            Rule(subject: "pages isolated at a time", decision: "\(migration.batch)"),
            Rule(subject: "passes over a batch", decision: migration.passes.meaning),
            Rule(subject: "LRU batch after a move", decision: migration.flush.meaning),
            Rule(subject: "LRU batch", decision: "\(lists.lruBatch) pages"),
            Rule(subject: "per-CPU lists give back", decision: lists.high.meaning),
            Rule(subject: "contiguous areas first", decision: buddy.contiguousFirst.meaning),
            Rule(subject: "fallback to another type", decision: buddy.fallback.meaning),
            Rule(
                subject: "watermarks",
                decision: "min from \(watermarks.leastKiB) to \(watermarks.mostKiB) KiB, apart by "
                    + "\(watermarks.scaleFactor)/10000 of memory at least"
                    + (watermarks.areSetUpTwice ? ", set up again for khugepaged" : "")),
            Rule(
                subject: "taken at boot",
                decision: "\(boot.imagePages) pages, one for each \(boot.pagesPerMapPage) of memory, and "
                    + "\(boot.idlePages) in an idle system"),
            Rule(subject: "trace", decision: formats.trace.meaning),
            Rule(subject: "failure in the log", decision: "named by \(formats.failingFunction)"),
            Rule(subject: "free pages in the log", decision: formats.freeMap.meaning),
            Rule(subject: "debugfs cma/AREA", decision: formats.areaFolder.meaning),
            Rule(
                subject: "sysfs mm/cma/AREA",
                decision: formats.areaCounters.map(\.rawValue).joined(separator: ", ")),
            Rule(subject: "default costs", decision: costs),
            Rule(subject: "checked against", decision: evidence.meaning),
        ]
    }
}

extension AllocationErrno {
    /// `-ENOMEM` or `-EBUSY`.
    public var name: String {
        switch self {
        case .noMemory: "-ENOMEM"
        case .busy: "-EBUSY"
        }
    }
}

extension RetryStep {
    fileprivate var meaning: String {
        switch self {
        case .alignment: "the search resumes one alignment unit further"
        case .largestBlock: "the search resumes at the next block of the largest order"
        }
    }
}

extension LargerThanArea {
    fileprivate var meaning: String {
        switch self {
        case .staysOpen(let counts):
            "traced without an end, " + (counts ? "counted as a failure" : "not counted")
        case .fails: "traced and counted as a failure"
        }
    }
}

extension RangeRule.Release {
    fileprivate var meaning: String {
        switch self {
        case .pageByPage: "page by page, each to the CPU's lists"
        case .alignedPieces:
            "in naturally aligned pieces, those of an order with a list to the CPU's lists and others past them"
        }
    }
}

extension MutexScope {
    fileprivate var meaning: String {
        switch self {
        case .machine: "one for all areas"
        case .area: "one for each area"
        }
    }
}

extension MigrationRule.Passes {
    fileprivate var meaning: String {
        switch self {
        case .overBatch(let passes, let hasty): "\(passes), the first \(hasty) without waiting"
        case .overBatchThenEach(let passes, let each):
            "\(passes) without waiting, then \(each) for each page left"
        }
    }
}

extension MigrationRule.Flush {
    fileprivate var meaning: String {
        switch self {
        case .mapped: "flushed for every page that a process maps"
        case .mlocked: "flushed for mlocked pages only"
        }
    }
}

extension ListRule.High {
    fileprivate var meaning: String {
        switch self {
        case .lowWatermark: "at the zone's low watermark, shared by the CPUs"
        case .tuned(let tuning):
            "between the zone's low watermark and 1/\(tuning.mostDivisor) of its pages, shared by the CPUs"
        }
    }
}

extension BuddyRule.ContiguousFirst {
    fileprivate var meaning: String {
        switch self {
        case .aboveHalf: "for movable pages, while they hold more than half of the free pages"
        }
    }
}

extension BuddyRule.Fallback {
    fileprivate var meaning: String {
        switch self {
        case .stealLargest: "the largest block, with its pageblock when at least half of that is free"
        case .claimLargestOrStealSmallest:
            "the largest block that can be had with its pageblock, else the smallest block"
        }
    }
}

extension TraceForm {
    fileprivate var meaning: String {
        switch self {
        case .plain: "no errno: a failed call has a null page and the last window tried"
        case .errno: "errno at the end of a call"
        case .counts: "errno at the end of a call, and available and total pages at its beginning"
        }
    }
}

extension FreeMap {
    fileprivate var meaning: String {
        switch self {
        case .debugLine: "only with CONFIG_CMA_DEBUG, in one line"
        case .line: "after every failure, in one line"
        case .linePerRange: "after every failure, in a line for each range"
        }
    }
}

extension AreaFolder {
    fileprivate var meaning: String {
        switch self {
        case .flat: "base_pfn and bitmap are files"
        case .ranges: "base_pfn and bitmap of each range in ranges/, those of the first one linked"
        }
    }
}

extension KernelEvidence {
    fileprivate var meaning: String {
        switch self {
        case .recordings: "recordings of a kernel of this release"
        case .reading: "nothing: not checked against recordings, its rules come from published sources alone"
        }
    }
}
