/// References that come and go: fork and exit, O_DIRECT, get_user_pages(), and page locks.
public struct ReferenceLoad: Sendable, Hashable {
    /// Short pins a second on pages in use in contiguous areas.
    public var pinsPerSecond: Int
    /// Shortest time a pin is held, ns, and how heavy the tail is: the share of pins held longer than
    /// t falls as (t / shortest)^-index. Holders that are scheduled out make the long ones.
    public var shortestPinNanoseconds: UInt64
    public var pinTailIndex: Double
    /// Page locks a second, and their mean length, ns.
    public var locksPerSecond: Int
    public var meanLockNanoseconds: UInt64

    public init(
        pinsPerSecond: Int, shortestPinNanoseconds: UInt64 = 50_000, pinTailIndex: Double = 1.2,
        locksPerSecond: Int = 0, meanLockNanoseconds: UInt64 = 200_000
    ) {
        self.pinsPerSecond = pinsPerSecond
        self.shortestPinNanoseconds = shortestPinNanoseconds
        self.pinTailIndex = pinTailIndex
        self.locksPerSecond = locksPerSecond
        self.meanLockNanoseconds = meanLockNanoseconds
    }
}

/// Takes such references on random pages of the machine's contiguous areas.
final class TransientReferences: PageObserver {
    /// No pin lasts longer than this, ns: what lasts longer is not transient.
    private static let longestPin = 10e9

    private let memory: MachineMemory
    private let load: ReferenceLoad
    private var generator: SeededGenerator
    /// Locks that are held, by frame; the number tells one from a later one on the same frame.
    private var locks: [Int: Int] = [:]
    private var lockCount = 0

    init(on memory: MachineMemory, load: ReferenceLoad, generator: SeededGenerator) {
        self.memory = memory
        self.load = load
        self.generator = generator
        memory.observe(self)
        if load.pinsPerSecond > 0 { scheduleNextPin() }
        if load.locksPerSecond > 0 { scheduleNextLock() }
    }

    /// A page in use in one of the areas, of a huge page the first; nil when chance hits one that is free or
    /// allocated.
    private func randomPage() -> Int? {
        let pages = memory.areas.reduce(0) { $0 + $1.geometry.pages }
        guard pages > 0 else { return nil }
        var offset = generator.below(pages)
        for area in memory.areas {
            guard offset >= area.geometry.pages else {
                let pfn = area.frame(at: offset)
                switch memory.use(of: pfn) {
                case .anonymous, .file: return memory.wholePage(of: pfn).first
                case .kernel, nil: return nil
                }
            }
            offset -= area.geometry.pages
        }
        return nil
    }

    private func scheduleNextPin() {
        let gap = generator.exponential() * 1e9 / Double(load.pinsPerSecond)
        memory.timeline.schedule(after: UInt64(gap)) { [unowned self] in
            if let pfn = randomPage(), memory.pin(pfn) {
                let length = Double(load.shortestPinNanoseconds) * generator.pareto(index: load.pinTailIndex)
                memory.timeline.schedule(after: UInt64(min(length, Self.longestPin))) { [unowned self] in
                    // A pinned page neither moves nor is freed: it is still the same page.
                    _ = memory.unpin(pfn)
                }
            }
            scheduleNextPin()
        }
    }

    private func scheduleNextLock() {
        let gap = generator.exponential() * 1e9 / Double(load.locksPerSecond)
        memory.timeline.schedule(after: UInt64(gap)) { [unowned self] in
            if let pfn = randomPage(), locks[pfn] == nil { lock(pfn) }
            scheduleNextLock()
        }
    }

    private func lock(_ pfn: Int) {
        lockCount += 1
        let number = lockCount
        locks[pfn] = number
        memory.setLocked(pfn, true)
        let length = generator.exponential() * Double(load.meanLockNanoseconds)
        memory.timeline.schedule(after: UInt64(length)) { [unowned self] in
            guard locks[pfn] == number else { return }
            locks[pfn] = nil
            memory.setLocked(pfn, false)
        }
    }

    func pageFreed(_ pfn: Int) { locks[pfn] = nil }
}
