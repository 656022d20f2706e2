/// The machine that the runs of a result were made on, as far as it was the same for all of them.
public struct MachineSummary: Codable, Sendable, Hashable {
    /// Pages of memory that are present.
    public var memoryPages: Int
    /// Contiguous areas and how many pages each has, in the order of the machine.
    public var areas: [Area]
    /// Share of each area that is filled with movable pages at the start, 0 ... 1; absent where a recorded state
    /// says what is in memory.
    public var fill: Double?
    /// Pinned pages at the start, in all areas; absent where `fill` is.
    public var pins: Int?
    /// What goes on in the background, in words; absent when nothing does.
    public var background: String?
    /// The kernel that decides.
    public var kernel: String

    public struct Area: Codable, Sendable, Hashable {
        public var name: String
        public var pages: Int

        public init(name: String, pages: Int) {
            self.name = name
            self.pages = pages
        }
    }

    public init(
        memoryPages: Int, areas: [Area], fill: Double?, pins: Int?, background: String?, kernel: String
    ) {
        self.memoryPages = memoryPages
        self.areas = areas
        self.fill = fill
        self.pins = pins
        self.background = background
        self.kernel = kernel
    }

    enum CodingKeys: String, CodingKey {
        case areas, fill, pins, background, kernel
        case memoryPages = "memory_pages"
    }
}

/// The machine of one case of a comparison.
public struct ComparedMachine: Codable, Sendable, Hashable {
    public var caseName: String
    public var machine: MachineSummary

    public init(caseName: String, machine: MachineSummary) {
        self.caseName = caseName
        self.machine = machine
    }

    enum CodingKeys: String, CodingKey {
        case machine
        case caseName = "case"
    }
}
