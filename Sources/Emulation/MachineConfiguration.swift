public import BackgroundActivity
public import PhysicalMemory
public import Recordings

/// The emulated machine before a plugin runs on it.
public struct MachineConfiguration: Sendable {
    /// What is in the area at the start.
    public enum Start: Sendable {
        /// Stretches of movable pages with gaps between them, and `pins` pinned pages scattered over
        /// all, drawn from the machine's seed. `fill` is the movable share, 0 … 1.
        case generated(fill: Double, pins: Int)
        /// The state of a recorded machine at its first allocation.
        case recorded(Recording)
    }

    /// Memory of the machine, pages.
    public var memoryPages: Int
    public var area: AreaGeometry
    public var seed: UInt64
    public var start: Start
    /// A mode in place of the one each call asks for.
    public var forcedMode: AllocationMode?
    public var cpus = 2
    /// What else goes on in the machine, and for how long before the plugin starts, ns.
    public var background = BackgroundLoad()
    public var warmUpNanoseconds: UInt64 = 0
    /// Whether pages have real bytes, checked at the end.
    public var hasContents = false
    /// What the steps of an allocation cost in emulated time.
    public var costs = CostProfile.qemu
    /// What these costs are called: a shipped profile's name, or a file's.
    public var costsName = "linux-6.1-qemu"

    public init(
        memoryPages: Int, area: AreaGeometry, seed: UInt64, start: Start, forcedMode: AllocationMode?
    ) {
        self.memoryPages = memoryPages
        self.area = area
        self.seed = seed
        self.start = start
        self.forcedMode = forcedMode
    }

    /// A machine in the state of the recording, with its area and its memory size.
    public init(
        startingAt recording: Recording, seed: UInt64, forcedMode: AllocationMode?
    ) throws(RecordingError) {
        let end = recording.basePFN + recording.pages
        guard
            let area = AreaGeometry(
                basePFN: recording.basePFN, pages: recording.pages, orderPerBit: recording.orderPerBit)
        else { throw RecordingError(.inconsistent("the area's geometry is impossible"), line: 4) }
        let memory = recording.scenario("mem").flatMap(MemorySize.init(parsing:))?.pages
        self.init(
            memoryPages: max(memory ?? end, end), area: area, seed: seed, start: .recorded(recording),
            forcedMode: forcedMode)
    }

    /// A machine with the page states of the generated start: alternating stretches whose mean lengths give the fill.
    func generate(fill: Double, pins: Int) throws(MemoryLayoutError) -> MachineMemory {
        var generator = SeededGenerator(seed: seed)
        let pages = area.pages
        var inUse: [Range<Int>] = []
        let meanGap = 24.0
        let meanStretch = meanGap * fill / max(1 - fill, 1e-3)
        var offset = 0
        while offset < pages {
            let stretch = generator.below(Int((2 * meanStretch).rounded()) + 1)
            let end = min(offset + stretch, pages)
            if end > offset { inUse.append(area.basePFN + offset..<area.basePFN + end) }
            offset += stretch + generator.below(Int(2 * meanGap) + 1)
        }
        let memory = try MachineMemory(
            pages: memoryPages, cpus: cpus, areas: [area], inUse: inUse, costs: costs)
        for area in memory.areas {
            var left = min(pins, pages)
            while left > 0 {
                let page = generator.below(pages)
                guard area[page] != .pinned else { continue }
                area[page] = .pinned
                left -= 1
            }
        }
        return memory
    }
}
