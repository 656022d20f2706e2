/// Processes that touch and free anonymous memory, in numbers a person knows.
public struct AnonymousLoad: Sendable, Hashable {
    public var processes: Int
    /// Memory that each keeps, pages.
    public var residentPages: Int
    /// Pages a second that each gives back and takes anew.
    public var turnoverPagesPerSecond: Int
    /// Whether their memory is in transparent huge pages, as far as blocks of that size are free.
    public var usesHugePages: Bool
    /// Whether their memory is locked with mlock(): the kernel may not reclaim it, but may move it.
    public var isLocked: Bool

    public init(
        processes: Int, residentPages: Int, turnoverPagesPerSecond: Int, usesHugePages: Bool = false,
        isLocked: Bool = false
    ) {
        self.processes = processes
        self.residentPages = residentPages
        self.turnoverPagesPerSecond = turnoverPagesPerSecond
        self.usesHugePages = usesHugePages
        self.isLocked = isLocked
    }
}

/// What memory the processes have, and what contiguous allocations did to it.
public struct ProcessMemory: Sendable, Hashable {
    /// Pages of all processes, huge pages included.
    public var residentPages = 0
    /// Huge pages in use, and huge pages that were split because no free block of their size was left to move to.
    public var hugePages = 0
    public var splitHugePages = 0
    /// Pages that were moved to another frame, counting each move.
    public var movedPages = 0
}

/// The processes at work: each fills its memory at the start and then exchanges a part of it, every
/// 10 ms of emulated time.
final class AnonymousProcesses: PageObserver {
    private static let tick: UInt64 = 10_000_000

    private let memory: MachineMemory
    private let load: AnonymousLoad
    private var generator: SeededGenerator
    /// Single pages and first pages of huge pages of each process, how many pages these are in all, and for each
    /// of them where it stands there.
    private var frames: [[Int]]
    private var residentPages: [Int]
    private var places: [Int: (process: Int, index: Int)] = [:]
    /// Pages to exchange that did not fill a whole one yet.
    private var owed: [Double]
    private var splitHugePages = 0
    private var movedPages = 0

    init(on memory: MachineMemory, load: AnonymousLoad, generator: SeededGenerator) {
        self.memory = memory
        self.load = load
        self.generator = generator
        frames = Array(repeating: [], count: load.processes)
        residentPages = Array(repeating: 0, count: load.processes)
        owed = Array(repeating: 0, count: load.processes)
        memory.observe(self)
        for process in 0..<load.processes {
            while residentPages[process] < load.residentPages, touch(process) {}
            schedule(process)
        }
    }

    /// What memory they have now.
    var state: ProcessMemory {
        var state = ProcessMemory(splitHugePages: splitHugePages, movedPages: movedPages)
        state.residentPages = residentPages.reduce(0, +)
        if load.usesHugePages {
            state.hugePages = frames.reduce(0) { sum, own in
                sum + own.count { memory.wholePage(of: $0).pages > 1 }
            }
        }
        return state
    }

    private func schedule(_ process: Int) {
        memory.timeline.schedule(after: Self.tick) { [unowned self] in
            exchange(process)
            schedule(process)
        }
    }

    /// Takes a huge page where the process may have one and lacks as much, else a single page. False when there is
    /// none.
    private func touch(_ process: Int) -> Bool {
        let cpu = process % memory.cpuCount
        var huge: Int?
        if load.usesHugePages, residentPages[process] + memory.hugePagePages <= load.residentPages {
            huge = memory.allocateHugePage(cpu: cpu)
        }
        guard let pfn = huge ?? memory.allocatePage(for: .anonymous, cpu: cpu) else { return false }
        if load.isLocked { memory.setUnevictable(pfn, true) }
        add(pfn, to: process)
        residentPages[process] += huge == nil ? 1 : memory.hugePagePages
        return true
    }

    private func add(_ pfn: Int, to process: Int) {
        places[pfn] = (process, frames[process].count)
        frames[process].append(pfn)
    }

    private func exchange(_ process: Int) {
        owed[process] += Double(load.turnoverPagesPerSecond) * Double(Self.tick) / 1e9
        while owed[process] >= 1, !frames[process].isEmpty {
            let index = generator.below(frames[process].count)
            // A huge page is given back when as much is owed.
            guard Double(memory.wholePage(of: frames[process][index]).pages) <= owed[process] else { break }
            owed[process] -= Double(giveBack(index, of: process))
        }
        // Who has nothing has nothing to exchange.
        if frames[process].isEmpty { owed[process] -= owed[process].rounded(.down) }
        while residentPages[process] < load.residentPages, touch(process) {}
    }

    /// - Returns: how many pages that were.
    private func giveBack(_ index: Int, of process: Int) -> Int {
        let pfn = frames[process][index]
        let pages = memory.wholePage(of: pfn).pages
        let last = frames[process].removeLast()
        if last != pfn {
            frames[process][index] = last
            places[last] = (process, index)
        }
        places[pfn] = nil
        residentPages[process] -= pages
        memory.freePage(pfn, cpu: process % memory.cpuCount)
        return pages
    }

    func pageMoved(from source: Int, to target: Int) {
        guard let place = places.removeValue(forKey: source) else { return }
        places[target] = place
        frames[place.process][place.index] = target
        movedPages += memory.wholePage(of: target).pages
    }

    func hugePageSplit(_ pfn: Int, pages: Int) {
        guard let place = places[pfn] else { return }
        splitHugePages += 1
        for page in pfn + 1..<pfn + pages { add(page, to: place.process) }
    }
}
