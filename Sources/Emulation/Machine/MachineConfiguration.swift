public import AllocationStrategies
public import PhysicalMemory
public import Recordings

/// The strategy that a machine's drivers gather by.
public enum StrategyChoice: Sendable {
    /// One of devemu's own.
    case known(Strategy)
    /// One that the machine is given by this name when it is made.
    case loaded(name: String)

    public var name: String {
        switch self {
        case .known(let strategy): strategy.name
        case .loaded(let name): name
        }
    }
}

/// The emulated machine before a plugin runs on it.
public struct MachineConfiguration: Sendable {
    /// What is in the area at the start.
    public enum Start: Sendable {
        /// Stretches of movable pages with gaps between them, and `pins` pinned pages scattered over
        /// all, drawn from the machine's seed. `fill` is the movable share, 0 … 1.
        case generated(fill: Double, pins: Int)
        /// The state of a real machine.
        case recorded(MachineState)
    }

    /// Where memory begins, as a page frame number: the one place that says it. Areas have page frame numbers
    /// too.
    public var firstPFN = 0
    /// From the first page of memory to the last, absent ones included.
    public var memoryPages: Int
    /// Page frame numbers between the first and the last that are not memory, ascending and apart.
    public var absent: [Range<Int>] = []
    /// Areas and their names, one or more; the first is the default area.
    public var areas: [(name: String, geometry: AreaGeometry)]
    public var seed: UInt64
    public var start: Start
    /// A mode in place of the one each call asks for.
    public var forcedMode: AllocationMode?
    /// How every driver gathers its chunks, whatever it asks for itself.
    public var strategy: StrategyChoice?
    public var cpus = 2
    /// The kernel that decides.
    public var kernel = Kernel.standard
    /// How its memory is divided. All sizes of the machine are in pages of it.
    public var geometry = PageGeometry.standard
    /// What else goes on in the machine, and for how long before the plugin starts, ns.
    public var background = BackgroundLoad()
    public var warmUpNanoseconds: UInt64 = 0
    /// Whether pages have real bytes, checked at the end.
    public var hasContents = false
    /// What the steps of an allocation cost in emulated time, and what these costs are called: a shipped profile's
    /// name, or a file's. Nil for the kernel's own.
    public var chosenCosts: (name: String, profile: CostProfile)?

    public var costs: CostProfile { chosenCosts?.profile ?? kernel.defaultCosts }
    public var costsName: String { chosenCosts?.name ?? kernel.costs }

    public init(
        memoryPages: Int, area: AreaGeometry, seed: UInt64, start: Start, forcedMode: AllocationMode?
    ) {
        self.memoryPages = memoryPages
        areas = [("reserved", area)]
        self.seed = seed
        self.start = start
        self.forcedMode = forcedMode
    }

    /// A machine in the given state, with its areas and its memory size.
    public init(
        startingAt state: MachineState, seed: UInt64, forcedMode: AllocationMode?
    ) throws(RecordingError) {
        var areas: [(name: String, geometry: AreaGeometry)] = []
        var end = state.firstPFN + state.memoryPages
        for area in state.areas {
            guard let geometry = AreaGeometry(ranges: area.ranges, orderPerBit: area.orderPerBit) else {
                throw RecordingError(.inconsistent("the area's geometry is impossible"), line: 4)
            }
            areas.append((area.name, geometry))
            end = max(end, area.end)
        }
        guard let first = areas.first else { throw RecordingError(.missing("area"), line: 4) }
        self.init(
            memoryPages: end - state.firstPFN, area: first.geometry, seed: seed, start: .recorded(state),
            forcedMode: forcedMode)
        self.areas = areas
        firstPFN = state.firstPFN
    }

    /// Page frame number behind the last page of memory.
    public var endPFN: Int { firstPFN + memoryPages }

    /// Pages of memory that are there.
    public var presentPages: Int { memoryPages - absent.reduce(0) { $0 + $1.count } }

    /// How drivers gather that have no strategy: in the forced mode, or as drivers do.
    var implicitStrategy: StrategyChoice { .known(forcedMode.map { .chunkByChunk($0) } ?? .standard) }

    /// A machine with the page states of the generated start: alternating stretches whose mean lengths
    /// give the fill, and pins anywhere in the areas.
    func generate(fill: Double, pins: Int) throws(MemoryLayoutError) -> MachineMemory {
        var generator = SeededGenerator(seed: seed)
        var inUse: [Range<Int>] = []
        let meanGap = 24.0
        let meanStretch = meanGap * fill / max(1 - fill, 1e-3)
        for range in areas.flatMap(\.geometry.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            var offset = 0
            while offset < range.count {
                let stretch = generator.below(Int((2 * meanStretch).rounded()) + 1)
                let end = min(offset + stretch, range.count)
                if end > offset { inUse.append(range.lowerBound + offset..<range.lowerBound + end) }
                offset += stretch + generator.below(Int(2 * meanGap) + 1)
            }
        }
        let memory = try MachineMemory(
            firstPFN: firstPFN, pages: memoryPages, absent: absent, cpus: cpus, areas: areas.map(\.geometry),
            inUse: inUse, kernel: kernel, geometry: geometry,
            hugePages: background.anonymous?.usesHugePages == true ? .used : .none, costs: costs)
        let total = areas.reduce(0) { $0 + $1.geometry.pages }
        var left = min(pins, total)
        while left > 0 {
            var page = generator.below(total)
            for area in memory.areas {
                guard page >= area.geometry.pages else {
                    if area[page] != .pinned {
                        area[page] = .pinned
                        left -= 1
                    }
                    break
                }
                page -= area.geometry.pages
            }
        }
        return memory
    }
}
