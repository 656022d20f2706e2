import PhysicalMemory

/// What newer recordings tell of the page allocator, in comments: `# zone`, `# pcp` and `# folios`.
extension Recording {
    /// The zone that the area lies in. Counts are pages.
    public struct ZoneState: Sendable, Equatable {
        public var name: String
        public var managedPages: Int
        /// Pages of contiguous areas.
        public var contiguousPages: Int
        public var minWatermark: Int
        public var lowWatermark: Int
        public var highWatermark: Int
        public var freePages: Int
        /// Of these, pages in contiguous areas.
        public var freeContiguous: Int
        /// Follows enum zone_flags in Linux 6.12 include/linux/mmzone.h, a bit each.
        public var flags: Int
    }

    /// The page lists of one CPU. Follows struct per_cpu_pages in Linux 6.12 include/linux/mmzone.h; counts are
    /// pages.
    public struct ListState: Sendable, Equatable {
        public var cpu: Int
        public var batch: Int
        public var high: Int
        public var highMin: Int
        public var highMax: Int
        /// Pages on all lists of the CPU.
        public var count: Int
        public var freeCount: Int
        public var allocFactor: Int
        /// 1 PCPF_PREV_FREE_HIGH_ORDER, 2 PCPF_FREE_HIGH_BATCH.
        public var flags: Int
        /// Pages on the movable lists of order 0, 1, 2 and 3.
        public var movable: [Int]
        /// Of these, pages in the area.
        public var inArea: Int

        /// Pages on other lists than the movable ones of order 0 to 3.
        var unrecorded: Int { count - movable.reduce(0, +) }
    }

    /// A large folio that begins in the area.
    public struct Folio: Sendable, Equatable {
        /// Of its head, pages from the beginning of the area.
        public var offset: Int
        /// log2 of its pages.
        public var order: Int

        /// Offsets of its pages.
        var pages: Range<Int> { offset..<offset + 1 << order }
    }
}

extension Recording.Step {
    /// Whether it is an allocation or a release.
    var isCall: Bool {
        switch self {
        case .allocate, .release: true
        case .pages, .pin, .free, .zone, .lists, .folios: false
        }
    }
}

extension Recording.Step {
    /// Recorded time of an allocation or a release, ns.
    var nanoseconds: Int {
        switch self {
        case .allocate(let call): call.nanoseconds
        case .release(_, _, _, let nanoseconds, _): nanoseconds
        case .pages, .pin, .free, .zone, .lists, .folios: 0
        }
    }
}

extension Recording.ListState {
    /// How often lists decayed whose `high` came from here to an end; 0 where something else changed it too.
    ///
    /// Follows decay_pcp_high() in Linux 6.12 mm/page_alloc.c.
    fileprivate func decays(to end: Self) -> Int {
        var (value, number) = (high, 0)
        while value > end.high, value > highMin {
            value = max(value - value >> 3, highMin)
            number += 1
        }
        return value == end.high ? number : 0
    }
}

extension Recording {
    /// When the lists decayed, on the clock of the recorded calls, ns: as often as those of a CPU show that only decayed
    /// between the start and the end, at equal distances.
    /// - Parameter eighth: eighths of a distance from the start to the first.
    func decays(eighth: Int) -> [Int] {
        guard !listsAtStart.isEmpty else { return [] }
        let end = Self.lists(in: steps.suffix(from: (steps.lastIndex(where: \.isCall) ?? -1) + 1))
        var number = 0
        for start in listsAtStart {
            guard let last = end.last(where: { $0.cpu == start.cpu }) else { continue }
            number = max(number, start.decays(to: last))
        }
        let total = steps.reduce(0) { $0 + $1.nanoseconds }
        return (0..<number).map { total / number * $0 + total / number / 16 * (2 * eighth + 1) }
    }

    /// The lists of each CPU before the first call, in the order in which they are recorded.
    var listsAtStart: [ListState] { Self.lists(in: steps.prefix { !$0.isCall }) }

    /// Whether the lists are recorded after every call.
    var hasListsAfterCalls: Bool {
        guard !listsAtStart.isEmpty else { return false }
        let calls = steps.count(where: \.isCall)
        return calls > 0 && Self.lists(in: steps[...]).count > calls
    }

    /// The CPU whose lists changed most between the start and the end; the first one where none are recorded.
    var callingCPU: Int {
        guard !listsAtStart.isEmpty else { return 0 }
        let end = Self.lists(in: steps.suffix(from: (steps.lastIndex(where: \.isCall) ?? -1) + 1))
        var best = (cpu: 0, change: 0)
        for start in listsAtStart {
            guard let last = end.last(where: { $0.cpu == start.cpu }) else { continue }
            let change = abs(last.count - start.count) + abs(last.inArea - start.inArea)
            if change > best.change { best = (start.cpu, change) }
        }
        return best.cpu
    }

    /// The lists of a CPU as recorded directly after a step.
    func lists(afterStep index: Int, cpu: Int) -> CPUListState? {
        guard index + 1 < steps.count, case .lists(let state) = steps[index + 1], state.cpu == cpu else {
            return nil
        }
        return CPUListState(state)
    }

    private static func lists(in steps: some Sequence<Step>) -> [ListState] {
        steps.compactMap { if case .lists(let state) = $0 { state } else { nil } }
    }
}

extension RecordLine {
    private static let pages = 0...(1 << 40)

    /// The rest of a `# zone` line.
    mutating func zone() throws(RecordingError) -> Recording.ZoneState {
        let state = Recording.ZoneState(
            name: String(decoding: try value(of: "name"), as: UTF8.self),
            managedPages: try number(of: "managed", in: Self.pages),
            contiguousPages: try number(of: "cma", in: Self.pages),
            minWatermark: try number(of: "min", in: Self.pages),
            lowWatermark: try number(of: "low", in: Self.pages),
            highWatermark: try number(of: "high", in: Self.pages),
            freePages: try number(of: "free", in: Self.pages),
            freeContiguous: try number(of: "free_cma", in: Self.pages),
            flags: try number(of: "flags", in: Self.pages))
        try end()
        return state
    }

    /// The rest of a `# pcp` line.
    mutating func lists() throws(RecordingError) -> Recording.ListState {
        var state = Recording.ListState(
            cpu: try number(of: "cpu", in: 0...255), batch: try number(of: "batch", in: Self.pages),
            high: try number(of: "high", in: Self.pages), highMin: try number(of: "high_min", in: Self.pages),
            highMax: try number(of: "high_max", in: Self.pages),
            count: try number(of: "count", in: Self.pages),
            freeCount: try number(of: "free_count", in: Self.pages),
            allocFactor: try number(of: "alloc_factor", in: 0...255),
            flags: try number(of: "flags", in: 0...255), movable: [], inArea: 0)
        let list = try value(of: "movable")
        for item in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let pages = Self.decimal(item), Self.pages.contains(pages), state.movable.count < 4 else {
                throw error(
                    .malformed(
                        field: "movable", found: Self.text(list),
                        expected: "the pages of four lists separated by commas"))
            }
            state.movable.append(pages)
        }
        guard state.movable.count == 4 else {
            throw error(
                .malformed(
                    field: "movable", found: Self.text(list),
                    expected: "the pages of four lists separated by commas"))
        }
        state.inArea = try number(of: "in_area", in: Self.pages)
        try end()
        return state
    }

    /// The rest of a `# folios` line: `offset:order` of each folio, separated by commas.
    mutating func folios(pages: Int) throws(RecordingError) -> [Recording.Folio] {
        let list = word() ?? []
        try end()
        var folios: [Recording.Folio] = []
        for item in list.split(separator: UInt8(ascii: ",")) {
            let parts = item.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard parts.count == 2, let offset = Self.decimal(parts[0]), (0..<pages).contains(offset),
                let order = Self.decimal(parts[1]), (1...20).contains(order), 1 << order <= pages - offset
            else {
                throw error(
                    .malformed(
                        field: "folios", found: Self.text(item),
                        expected: "offset:order of folios that lie in the area of \(pages) pages"))
            }
            guard folios.last.map({ $0.offset + 1 << $0.order <= offset }) ?? true else {
                throw error(.inconsistent("the folio at \(offset) begins in the one before it"))
            }
            folios.append(.init(offset: offset, order: order))
        }
        return folios
    }
}
