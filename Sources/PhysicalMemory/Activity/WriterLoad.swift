/// Processes that write files, and the disk they write to, in numbers a person knows.
public struct WriterLoad: Sendable, Hashable {
    /// Processes that write round and round.
    public var writers: Int
    /// Bytes a second that the disk takes.
    public var diskBytesPerSecond: Int
    /// Size of a file, pages.
    public var filePages = 2048
    /// Files that a process has, and after how many of them it calls fsync.
    public var files = 64
    public var fsyncInterval = 4
    /// Shares of the available memory that may be dirty before writeback starts, and before writers
    /// have to wait (vm.dirty_background_ratio and vm.dirty_ratio).
    public var dirtyBackgroundRatio = 0.10
    public var dirtyRatio = 0.20

    public init(writers: Int, diskBytesPerSecond: Int) {
        self.writers = writers
        self.diskBytesPerSecond = diskBytesPerSecond
    }
}

/// What the machine itself adds to a writer's day: times of an emulated x86-64 under QEMU without
/// hardware support, read off the recordings where it says so.
struct WriterCosts {
    /// Writing one page into the page cache: find it, copy, mark dirty, journal. 34 files of 2048
    /// pages had been written after 15 s in every recording of two writers, fsync waits apart.
    let writePage = 50_000.0
    /// Committing the journal after the data.
    let commit = 8_000_000.0
    /// How long a process keeps a CPU that others want: the slice of the 6.1 scheduler for three
    /// runnable processes on two CPUs.
    let slice = 9_000_000.0
    /// Kernel memory for each page of page cache: a buffer head (1/39 page) and its share of the
    /// index node (about 1/110).
    let overheadPages = 1.0 / 29
    /// Pages written ahead by one write call.
    let portion = 26
    /// Whole files in flight to the disk.
    let queueDepth = 3
    /// Share of the nominal disk rate that arrives.
    let diskEfficiency = 0.98
    /// Memory full: how many pages of page cache come with one block of file system metadata that is
    /// read back and held by the journal.
    let pagesPerMetadata = 20480
    /// Available memory that never counts as dirtyable: watermarks and what is not on any LRU.
    let reservedPages = 5000.0
}
