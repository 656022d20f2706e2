import PhysicalMemory

/// A file's pages in memory and where they are on their way to disk.
final class CachedFile {
    enum State { case dirty, writeback, clean }

    let identifier: Int
    /// Frame of each page; -1 for one that was dropped.
    var frames: [Int] = []
    var state = State.dirty

    init(identifier: Int) { self.identifier = identifier }
}

/// The page cache: which frame holds which page of which file, how much of it is dirty, and the disk
/// that takes it, whole files at a time.
///
/// Follows the page cache of Linux 6.1 as far as contiguous allocations meet it: what is dirty, under
/// writeback or clean in a contiguous area at a given moment.
final class PageCache: PageObserver {
    let memory: MachineMemory
    private let costs: WriterCosts
    private let load: WriterLoad
    private var generator: SeededGenerator
    private let bytesPerNanosecond: Double

    /// Place of each cached frame as file number and page, packed; UInt64.max for none.
    private var places: [UInt64]
    private var files: [CachedFile?] = []
    private var dirtyFiles: [CachedFile] = []
    private var inFlight: [CachedFile] = []
    private(set) var dirtyPages = 0
    private(set) var writebackPages = 0
    private(set) var cachedPages = 0
    private var commits: [Commit] = []
    /// Kernel pages that index the cache, and the fraction of one that is owed.
    private var overhead: [Int] = []
    private var owed = 0.0
    private var hasReclaimed = false
    private var pagesSinceMetadata = 0

    /// A journal commit: files whose data must be on disk first, then what happens.
    private struct Commit {
        var waitsFor: Set<Int>
        /// The caller's own data is on disk; now everything else that is ordered before the commit.
        var isOrdered = false
        let completion: () -> Void
    }

    init(memory: MachineMemory, load: WriterLoad, costs: WriterCosts, generator: SeededGenerator) {
        self.memory = memory
        self.load = load
        self.costs = costs
        self.generator = generator
        bytesPerNanosecond =
            Double(load.diskBytesPerSecond) * costs.diskEfficiency / 1e9
            * self.generator.logNormal(sigma: 0.015)
        places = [UInt64](repeating: .max, count: memory.pages)
        memory.observe(self)
        memory.onLowMemory { [unowned self] in wakeReclaim() }
    }

    // MARK: Writing

    func newFile() -> CachedFile {
        let file = CachedFile(identifier: files.count)
        files.append(file)
        return file
    }

    /// Writes the next page of a file. False when there is no memory for it.
    func append(to file: CachedFile, cpu: Int) -> Bool {
        owed += costs.overheadPages
        if owed >= 1, let pfn = memory.allocatePage(for: .kernel, cpu: cpu) {
            owed -= 1
            overhead.append(pfn)
        }
        if hasReclaimed { readMetadataBack(cpu: cpu) }
        guard let pfn = memory.allocatePage(for: .file, cpu: cpu) else { return false }
        memory.setDirty(pfn, true)
        places[pfn] = UInt64(file.identifier) << 32 | UInt64(file.frames.count)
        file.frames.append(pfn)
        dirtyPages += 1
        cachedPages += 1
        return true
    }

    /// Under pressure the blocks that describe the files are dropped too, and are read back into
    /// pages that the journal then holds: these cannot be moved.
    private func readMetadataBack(cpu: Int) {
        pagesSinceMetadata += 1
        guard pagesSinceMetadata >= costs.pagesPerMetadata else { return }
        pagesSinceMetadata = 0
        if let pfn = memory.allocatePage(for: .file, cpu: cpu) { memory.pin(pfn) }
    }

    /// The file is complete and may be written back.
    func close(_ file: CachedFile) {
        dirtyFiles.append(file)
        if Double(dirtyPages) > backgroundLimit { writeBack() }
    }

    /// Dirty pages at which writeback starts, and at which writers wait.
    var backgroundLimit: Double { load.dirtyBackgroundRatio * available }
    var throttleLimit: Double { (load.dirtyBackgroundRatio + load.dirtyRatio) / 2 * available }

    /// Free memory and page cache, as global_dirtyable_memory() counts.
    private var available: Double {
        max(Double(memory.freePages + cachedPages) - costs.reservedPages, 1)
    }

    /// Calls back when the file and everything that the journal orders before it is on disk.
    ///
    /// Follows fsync() on ext4 with ordered data.
    func sync(_ file: CachedFile, completion: @escaping () -> Void) {
        commits.append(Commit(waitsFor: [file.identifier], completion: completion))
        let last = dirtyFiles.count - 1
        // Which of two files that became dirty together is submitted first is a matter of chance.
        if last > 0, dirtyFiles[last] === file, generator.unit() < 1 / 3 { dirtyFiles.swapAt(last, last - 1) }
        writeBack()
        finishCommits()
    }

    // MARK: Disk

    /// Submits files until the disk's queue is full.
    func writeBack() {
        while inFlight.count < costs.queueDepth, !dirtyFiles.isEmpty {
            if commits.isEmpty, Double(dirtyPages) <= backgroundLimit { return }
            let file = dirtyFiles.removeFirst()
            file.state = .writeback
            for pfn in file.frames where pfn >= 0 {
                memory.setDirty(pfn, false)
                memory.setWriteback(pfn, true)
            }
            dirtyPages -= file.frames.count
            writebackPages += file.frames.count
            inFlight.append(file)
            if inFlight.count == 1 { startTransfer(of: file) }
        }
    }

    private func startTransfer(of file: CachedFile) {
        let nanoseconds = Double(file.frames.count * memory.geometry.pageBytes) / bytesPerNanosecond
        memory.timeline.schedule(after: UInt64(nanoseconds * generator.uniform(in: 0.97...1.03))) {
            [unowned self] in endTransfer()
        }
    }

    private func endTransfer() {
        let file = inFlight.removeFirst()
        file.state = .clean
        for pfn in file.frames where pfn >= 0 { memory.setWriteback(pfn, false) }
        writebackPages -= file.frames.count
        if let next = inFlight.first { startTransfer(of: next) }
        for index in commits.indices { commits[index].waitsFor.remove(file.identifier) }
        writeBack()
        finishCommits()
    }

    private func finishCommits() {
        for index in commits.indices where commits[index].waitsFor.isEmpty && !commits[index].isOrdered {
            commits[index].isOrdered = true
            commits[index].waitsFor = Set((dirtyFiles + inFlight).map(\.identifier))
        }
        let done = commits.filter { $0.waitsFor.isEmpty && $0.isOrdered }
        commits.removeAll { $0.waitsFor.isEmpty && $0.isOrdered }
        for commit in done {
            let delay = UInt64(costs.commit * generator.uniform(in: 0.6...1.4))
            memory.timeline.schedule(after: delay, commit.completion)
        }
    }

    // MARK: What memory does to the cache

    func pageMoved(from source: Int, to target: Int) {
        let place = places[source]
        guard place != .max else { return }
        places[source] = .max
        places[target] = place
        files[Int(place >> 32)]?.frames[Int(place & 0xffff_ffff)] = target
    }

    func pageDropped(_ pfn: Int) {
        let place = places[pfn]
        guard place != .max else { return }
        places[pfn] = .max
        files[Int(place >> 32)]?.frames[Int(place & 0xffff_ffff)] = -1
        cachedPages -= 1
        owed -= costs.overheadPages
        if owed <= -1, let page = overhead.popLast() {
            owed += 1
            memory.freePage(page, cpu: 0)
        }
    }

    /// The reclaim daemon runs soon after it was woken, once however often it is.
    private func wakeReclaim() {
        guard !reclaimIsDue else { return }
        reclaimIsDue = true
        memory.timeline.schedule(after: 100_000) { [unowned self] in
            reclaimIsDue = false
            hasReclaimed = true
            memory.reclaim(untilFree: memory.highWatermark, cpu: memory.cpuCount - 1)
        }
    }

    private var reclaimIsDue = false
}
