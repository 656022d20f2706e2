public import PhysicalMemory

/// How a machine looks at one moment: its state, and what else its kernel would show.
public struct MachineEnd: Codable, Sendable, Equatable {
    /// An area's counters, and who holds its pages.
    public struct Area: Codable, Sendable, Equatable {
        /// Pages of allocations that succeeded and that failed, and pages released, since the start.
        public var allocatedPages: Int
        public var failedPages: Int
        public var releasedPages: Int
        /// Stretches of pages that a device's driver holds, ascending.
        public var holders: [Holder]

        public init(allocatedPages: Int, failedPages: Int, releasedPages: Int, holders: [Holder]) {
            self.allocatedPages = allocatedPages
            self.failedPages = failedPages
            self.releasedPages = releasedPages
            self.holders = holders
        }
    }

    /// Pages from an offset in the area on, and the device's name.
    public struct Holder: Codable, Sendable, Equatable {
        public var offset: Int
        public var pages: Int
        public var device: String

        public init(offset: Int, pages: Int, device: String) {
            self.offset = offset
            self.pages = pages
            self.device = device
        }
    }

    /// Free blocks and pageblocks of a migratetype.
    public struct Blocks: Codable, Sendable, Equatable {
        public var type: String
        /// By order.
        public var free: [Int]
        public var pageblocks: Int
    }

    /// As `MachineState.text`.
    public var state: String
    public var perCPUPages: [Int]
    public var managedPages: Int
    public var areas: [Area]
    /// Name of the kernel that ran.
    public var kernel: String
    /// In the kernel's order of types.
    public var blocks: [Blocks]

    /// - Parameters:
    ///   - state: the state of `memory`.
    ///   - areas: in the order of its areas.
    public init(of memory: MachineMemory, state: MachineState, areas: [Area]) {
        self.state = state.text
        self.areas = areas
        kernel = memory.kernel.name
        perCPUPages = memory.perCPUPages
        managedPages = memory.managedPages
        blocks = Self.types.map { name, type in
            Blocks(
                type: name,
                free: type.map { memory.freeBlocks(of: $0) }
                    ?? [Int](repeating: 0, count: memory.geometry.largestOrder + 1),
                pageblocks: type.map { memory.pageblocks(of: $0) } ?? 0)
        }
    }

    /// The kernel's names; high-order atomic reserves are none of devemu's.
    private static let types: [(name: String, type: Migratetype?)] = [
        ("Unmovable", .unmovable), ("Movable", .movable), ("Reclaimable", .reclaimable), ("HighAtomic", nil),
        ("CMA", .cma), ("Isolate", .isolate),
    ]
}

extension MachineState {
    /// The state of a machine as it is now.
    /// - Parameter names: of its areas, in their order.
    public init(of memory: MachineMemory, names: [String]) {
        self.init(
            kernel: [
                .init(key: "version", value: memory.kernel.releases.text),
                .init(key: "cpus", value: "\(memory.cpuCount)"),
            ] + Self.pageWords(of: memory),
            firstPFN: memory.firstPFN, memoryPages: memory.pages, managedPages: memory.managedPages,
            freePages: memory.freePages,
            freeContiguous: memory.freeContiguousPages,
            areas: zip(names, memory.areas).map { Area(of: $1, name: $0) })
    }

    /// The kernel's words about pages; none for pages of 4 KiB, which go without saying.
    private static func pageWords(of memory: MachineMemory) -> [Recording.Setting] {
        memory.geometry.pageBytes == PageGeometry.standard.pageBytes
            ? [] : [.init(key: "page_bytes", value: "\(memory.geometry.pageBytes)")]
    }
}

extension MachineState.Area {
    fileprivate init(of area: ContiguousArea, name: String) {
        let geometry = area.geometry
        self.init(
            name: name, ranges: geometry.ranges, orderPerBit: geometry.orderPerBit,
            pageblockPages: area.memory.geometry.blockPages, runs: [], pins: [])
        for offset in 0..<geometry.pages {
            let (use, isPinned) = area.detail(of: offset)
            if isPinned { pins.append(offset) }
            let letter = use.letter
            if runs.last?.letter == letter {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(.init(letter: letter, count: 1))
            }
        }
        folios = area.hugePages.map { .init(offset: $0.offset, order: $0.order) }
    }
}

extension PageDetail {
    /// The letter of a recording.
    fileprivate var letter: UInt8 {
        switch self {
        case .free: UInt8(ascii: ".")
        case .perCPU: UInt8(ascii: "l")
        case .held: UInt8(ascii: "C")
        case .anonymous, .kernel: UInt8(ascii: "a")
        case .batched: UInt8(ascii: "A")
        case .cleanFile: UInt8(ascii: "f")
        case .dirtyFile: UInt8(ascii: "d")
        case .writeback: UInt8(ascii: "w")
        case .locked: UInt8(ascii: "k")
        }
    }
}
