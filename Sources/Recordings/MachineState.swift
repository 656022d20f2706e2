public import PhysicalMemory

/// A machine before anything is asked of it: its memory, and every page of its contiguous areas.
///
/// As a file it is a recording without calls: the same records under `scenario scn=state`, an `area`
/// line with a name for each area, followed by its `pages` and `pin` lines, and `free` as the last line.
public struct MachineState: Sendable, Equatable {
    /// A contiguous area with the state of its pages.
    public struct Area: Sendable, Equatable {
        /// 1 to 64 characters, none of them a space.
        public var name: String
        /// Page frame numbers of each range, by index.
        public var ranges: [Range<Int>]
        public var orderPerBit: Int
        public var pageblockPages: Int
        /// Together `pages` pages.
        public var runs: [Recording.Run]
        /// Offsets of pages that stay where they are, in pages.
        public var pins: [Int]
        /// Huge pages that begin in the area; of each pin on a page of one, all of it stays.
        public var folios: [Recording.Folio] = []

        /// First page frame number of range 0.
        public var basePFN: Int { ranges.first?.lowerBound ?? 0 }
        /// Pages of all ranges.
        public var pages: Int { ranges.reduce(0) { $0 + $1.count } }
        /// Page frame number of the page at an offset, 0 ..< `pages`.
        public func pfn(at offset: Int) -> Int { AreaGeometry.pfn(at: offset, in: ranges) ?? basePFN }
        /// The letters of the pages at some offsets.
        public func runs(at offsets: Range<Int>) -> [Recording.Run] {
            var first = 0
            return runs.compactMap { run in
                let part = (first..<first + run.count).clamped(to: offsets)
                first += run.count
                return part.isEmpty ? nil : Recording.Run(letter: run.letter, count: part.count)
            }
        }
        /// The first page frame number above all ranges.
        public var end: Int { ranges.reduce(0) { max($0, $1.upperBound) } }

        /// An area of one range.
        public init(
            name: String, basePFN: Int, pages: Int, orderPerBit: Int, pageblockPages: Int,
            runs: [Recording.Run], pins: [Int]
        ) {
            self.init(
                name: name, ranges: [basePFN..<basePFN + pages], orderPerBit: orderPerBit,
                pageblockPages: pageblockPages, runs: runs, pins: pins)
        }

        public init(
            name: String, ranges: [Range<Int>], orderPerBit: Int, pageblockPages: Int,
            runs: [Recording.Run], pins: [Int]
        ) {
            self.name = name
            self.ranges = ranges
            self.orderPerBit = orderPerBit
            self.pageblockPages = pageblockPages
            self.runs = runs
            self.pins = pins
        }
    }

    /// Words about the kernel: `version`, `machine`, `cpus`.
    public var kernel: [Recording.Setting]
    /// Where memory begins, as a page frame number; a multiple of the largest block of the buddy allocator.
    public var firstPFN: Int
    /// Pages from there to the end of memory; 0 when only the areas are known.
    public var memoryPages: Int
    /// Pages that the page allocator manages; nil for all but what a kernel takes at boot.
    public var managedPages: Int?
    /// nil for those that the kernel sets up on a machine of that size.
    public var watermarks: Watermarks?
    /// Free huge pages of the first area that CPUs keep on their lists.
    public var listedHugePages = 0
    /// Free pages of the machine, and of these in contiguous areas.
    public var freePages: Int
    public var freeContiguous: Int
    /// One or more; the first is the default area.
    public var areas: [Area]

    public init(
        kernel: [Recording.Setting], firstPFN: Int = 0, memoryPages: Int, managedPages: Int?, freePages: Int,
        freeContiguous: Int, areas: [Area]
    ) {
        self.kernel = kernel
        self.firstPFN = firstPFN
        self.memoryPages = memoryPages
        self.managedPages = managedPages
        self.freePages = freePages
        self.freeContiguous = freeContiguous
        self.areas = areas
    }

    /// What `scn` says in a state.
    static let scenario = "state"

    /// Longest name of an area (CMA_MAX_NAME).
    public static let longestName = 64

    /// CPUs of the machine, 1 when nothing is said of them.
    public var cpus: Int { kernel.first { $0.key == "cpus" }.flatMap { Int($0.value) } ?? 1 }

    /// The state in which the recording's first call found its machine: the last `pages` record of each area before
    /// that call, with a lasting pin only where a `pin` record says so.
    public init(startOf recording: Recording) {
        var areas = recording.areas.enumerated().map { index, area in
            Area(
                name: area.name ?? (index == 0 ? "reserved" : "area\(index)"), ranges: area.ranges,
                orderPerBit: area.orderPerBit, pageblockPages: area.pageblockPages, runs: [], pins: [])
        }
        var free = (pages: 0, contiguous: 0)
        var managed: Int?
        var watermarks: Watermarks?
        steps: for step in recording.steps {
            switch step {
            case .pages(let runs, let index): areas[index].runs = runs
            case .pin(let offset, let taken): if taken { areas[0].pins.append(offset) }
            case .free(let pages, let contiguous): free = (pages, contiguous)
            case .zone(let zone):
                managed = zone.managedPages
                watermarks = Watermarks(
                    min: zone.minWatermark, low: zone.lowWatermark, high: zone.highWatermark)
            // A machine has them from the start, the last ones are those that are left at the end.
            case .folios(let folios): if areas[0].folios.isEmpty { areas[0].folios = folios }
            case .lists: break
            case .allocate, .release: break steps
            }
        }
        let shift = Self.pageShift(of: recording.kernel)
        self.init(
            kernel: recording.kernel, firstPFN: recording.firstPFN,
            memoryPages: recording.scenario("mem").flatMap { Self.pages(of: $0, pageShift: shift) } ?? 0,
            managedPages: managed, freePages: free.pages, freeContiguous: free.contiguous, areas: areas)
        self.watermarks = watermarks
        listedHugePages = recording.listedHugePages
    }

    /// The state as the text of a file, which reads back as the same state.
    public var text: String {
        var text = "# cma oracle 1\nkernel"
        for word in kernel { text += " \(word.key)=\(word.value)" }
        let pages = areas.reduce(memoryPages) { max($0, $1.end - firstPFN) }
        text += "\nscenario scn=\(Self.scenario) mem=\(Self.text(ofPages: pages, pageShift: pageShift))"
        if firstPFN != 0 { text += " first_pfn=\(firstPFN)" }
        if let managedPages { text += " managed=\(managedPages)" }
        text += "\n"
        for (index, area) in areas.enumerated() {
            text +=
                "area base_pfn=\(area.basePFN) pages=\(area.pages) order_per_bit=\(area.orderPerBit) "
                + "pageblock_pages=\(area.pageblockPages) name=\(area.name)"
            if area.ranges.count > 1 {
                text += " ranges=\(area.ranges.count)"
                for (number, range) in area.ranges.enumerated() {
                    text +=
                        "\nrange area=\(index) index=\(number) base_pfn=\(range.lowerBound) pages=\(range.count)"
                }
            }
            text += "\npages "
            for run in area.runs { text += "\(Character(Unicode.Scalar(run.letter)))\(run.count)" }
            text += "\n"
            if !area.folios.isEmpty {
                let folios = area.folios.map { "\($0.offset):\($0.order)" }
                text += "# folios \(folios.joined(separator: ","))\n"
            }
            for pin in area.pins { text += "pin offset=\(pin) ok=1\n" }
        }
        return text + "free pages=\(freePages) cma=\(freeContiguous)\n"
    }
}
