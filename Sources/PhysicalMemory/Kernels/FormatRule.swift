/// The forms in which a kernel prints what it did.
public struct FormatRule: Sendable, Hashable {
    /// The fields of its trace events of contiguous areas.
    public var trace: TraceForm
    /// The function that a failed allocation names in the log: `cma: FUNCTION: AREA: alloc failed`.
    public var failingFunction: String
    /// When the log has the free pages of the area behind a failed allocation.
    public var freeMap: FreeMap
    /// Files of an area below debugfs cma/.
    public var areaFolder: AreaFolder
    /// Files of an area below sysfs mm/cma/, in the order of their names.
    public var areaCounters: [AreaCounter]
}

/// The fields of the trace events of contiguous areas.
public enum TraceForm: String, Sendable, CaseIterable {
    /// No event tells an errno.
    case plain
    /// `cma_alloc_finish` ends in `errorno=`.
    case errno
    /// `cma_alloc_start` counts what is asked for, available and there in all; `cma_alloc_finish` ends in
    /// `errorno=`, and has the page frame 0 for a failed call.
    case counts
}

/// When and how the log has the free pages of an area behind a failed allocation.
public enum FreeMap: String, Sendable {
    /// In one line, and only with CONFIG_CMA_DEBUG.
    case debugLine
    /// In one line.
    case line
    /// A line for each range.
    case linePerRange
}

/// The layout of an area's folder in debugfs.
public enum AreaFolder: String, Sendable {
    /// `base_pfn` and `bitmap` are files of the area.
    case flat
    /// They are links to those of its first range, `ranges/0/`.
    case ranges
}

/// A counter of an area in sysfs; the raw value is the file's name. All count pages.
public enum AreaCounter: String, Sendable, CaseIterable {
    case allocated = "alloc_pages_success"
    case failed = "alloc_pages_fail"
    case released = "release_pages_success"
    case available = "available_pages"
    case total = "total_pages"
}

/// What a kernel's rules were checked against.
public enum KernelEvidence: String, Sendable {
    /// Recordings of a running kernel of that release.
    case recordings
    /// Its published sources and mails alone.
    case reading
}
