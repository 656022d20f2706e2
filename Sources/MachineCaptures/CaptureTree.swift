import KernelFormats
import PhysicalMemory
public import Recordings

/// A machine in the kernel's own formats: the tree of files that a capture of a real one has.
///
/// Beside them `devemu/pins` lists the page frames that stay where they are, which no kernel says; an
/// import reads it. Outside of the areas only counts are known: the frames in use are the first ones.
public struct CaptureTree: Sendable {
    /// In the order of their paths.
    public private(set) var files: [CaptureFile] = []

    private let state: MachineState
    private let end: MachineEnd
    private static let zone = "Normal"

    /// - Throws: `RecordingError` when the state in `end` is none.
    public init(_ end: MachineEnd) throws(RecordingError) {
        state = try MachineState(parsing: Array(end.state.utf8))
        self.end = end
        addProc()
        for (area, counters) in zip(state.areas, end.areas) { addArea(area, counters) }
        add("sys/kernel/debug/page_owner", pageOwner)
        let pins = state.areas.flatMap { area in area.pins.map { area.pfn(at: $0) } }.sorted()
        add("devemu/pins", "# page frames that stay where they are\n" + pins.map { "\($0)\n" }.joined())
        files.sort { $0.path < $1.path }
    }

    /// The tree of a machine that has just been started from a state.
    public init(startingFrom state: MachineState) throws(RecordingError) {
        let memory = try MachineMemory.start(of: state)
        defer { memory.end() }
        let areas = state.areas.map { _ in
            MachineEnd.Area(allocatedPages: 0, failedPages: 0, holders: [])
        }
        try self.init(MachineEnd(of: memory, state: state, areas: areas))
    }

    private mutating func add(_ path: String, _ text: String) {
        files.append(CaptureFile(path: path, bytes: Array(text.utf8)))
    }

    // MARK: /proc

    private mutating func addProc() {
        let free = state.freePages
        let inAreas = state.areas.reduce(0) { $0 + $1.pages }
        add(
            "proc/meminfo",
            Meminfo(entries: [
                ("MemTotal", end.managedPages * 4), ("MemFree", free * 4), ("CmaTotal", inAreas * 4),
                ("CmaFree", state.freeContiguous * 4),
            ]).text)
        add(
            "proc/vmstat",
            "nr_free_pages \(free)\nnr_free_cma \(state.freeContiguous)\n")
        let orders = end.blocks.first?.free.count ?? 0
        let blocks = (0..<orders).map { order in end.blocks.reduce(0) { $0 + $1.free[order] } }
        add("proc/buddyinfo", Buddyinfo(zones: [.init(node: 0, name: Self.zone, blocks: blocks)]).text)
        add("proc/pagetypeinfo", pagetypeinfo.text)
        var zone = Zoneinfo.Zone(node: 0, name: Self.zone)
        zone.free = free
        zone.spanned = state.memoryPages
        zone.managed = end.managedPages
        zone.contiguous = inAreas
        zone.freeContiguous = state.freeContiguous
        zone.startPFN = state.firstPFN
        zone.perCPUPages = end.perCPUPages
        add("proc/zoneinfo", Zoneinfo(zones: [zone]).text)
        if let version = state.kernel.first(where: { $0.key == "version" })?.value {
            add("proc/version", "Linux version \(version) (devemu)\n")
        }
        let flags = pageFlags
        // The part of the kernel's file that is memory, which has its first page frame number in its name.
        let part = state.firstPFN == 0 ? "" : "@\(state.firstPFN)"
        files.append(CaptureFile(path: "proc/kpageflags\(part)", bytes: PageWords(words: flags).binary))
        let counts = flags.map { UInt64(PageFlags(rawValue: $0).contains(.mapped) ? 1 : 0) }
        files.append(CaptureFile(path: "proc/kpagecount\(part)", bytes: PageWords(words: counts).binary))
    }

    private var pagetypeinfo: Pagetypeinfo {
        Pagetypeinfo(
            blockOrder: PageGeometry.standard.blockOrder,
            rows: end.blocks.map { .init(node: 0, zone: Self.zone, type: $0.type, blocks: $0.free) },
            types: end.blocks.map(\.type),
            pageblocks: [.init(node: 0, zone: Self.zone, counts: end.blocks.map(\.pageblocks))])
    }

    private var pageFlags: [UInt64] {
        let inAreas = state.areas.reduce(0) { $0 + $1.pages }
        let outside = max(state.memoryPages - inAreas, 0)
        var used = max(outside - (state.freePages - state.freeContiguous), 0)
        var words: [UInt64] = []
        words.reserveCapacity(state.memoryPages)
        func fill(upTo end: Int) {
            while words.count < end {
                words.append((used > 0 ? PageFlags.slab : .buddy).rawValue)
                used -= 1
            }
        }
        var parts: [(base: Int, runs: [Recording.Run])] = []
        for area in state.areas {
            var first = 0
            for range in area.ranges {
                parts.append((range.lowerBound, area.runs(at: first..<first + range.count)))
                first += range.count
            }
        }
        for part in parts.sorted(by: { $0.base < $1.base }) {
            fill(upTo: part.base - state.firstPFN)
            for run in part.runs {
                let flags = PageFlags(letter: run.letter)
                words += [UInt64](repeating: flags.rawValue, count: run.count)
            }
        }
        fill(upTo: state.memoryPages)
        return words
    }

    // MARK: Areas

    private mutating func addArea(_ area: MachineState.Area, _ counters: MachineEnd.Area) {
        let debug = "sys/kernel/debug/cma/\(area.name)/"
        let unit = 1 << area.orderPerBit
        var bits = [Bool](repeating: false, count: area.pages / unit)
        var offset = 0
        for run in area.runs {
            if run.letter == UInt8(ascii: "C") {
                for bit in offset / unit...(offset + run.count - 1) / unit { bits[bit] = true }
            }
            offset += run.count
        }
        let bitmap = CMABitmap(bits: bits)
        add(debug + "base_pfn", "\(area.basePFN)\n")
        add(debug + "count", "\(area.pages)\n")
        add(debug + "order_per_bit", "\(area.orderPerBit)\n")
        add(debug + "used", "\(bitmap.count(in: bits.count) * unit)\n")
        add(debug + "maxchunk", "\(bitmap.longestClearRun(in: bits.count) * unit)\n")
        add(debug + "bitmap", bitmap.text)
        let sysfs = "sys/kernel/mm/cma/\(area.name)/"
        add(sysfs + "alloc_pages_success", "\(counters.allocatedPages)\n")
        add(sysfs + "alloc_pages_fail", "\(counters.failedPages)\n")
    }

    /// An entry for each page that a driver holds; the process is named after the device. Follows
    /// print_page_owner() in Linux 6.1 mm/page_owner.c; devemu keeps no stacks and times.
    private var pageOwner: String {
        var text = ""
        for (area, end) in zip(state.areas, end.areas) {
            for holder in end.holders {
                for offset in holder.offset..<holder.offset + holder.pages {
                    let pfn = area.pfn(at: offset)
                    text +=
                        "Page allocated via order 0, mask 0xcc0(GFP_KERNEL), pid 1, tgid 1 "
                        + "(\(holder.device)), ts 0 ns, free_ts 0 ns\n"
                        + "PFN \(pfn) type Unmovable Block \(pfn >> PageGeometry.standard.blockOrder) type CMA "
                        + "Flags 0x0()\n cma_alloc\n\n"
                }
            }
        }
        return text
    }
}

extension PageFlags {
    /// The flags of a page with a recording's letter.
    fileprivate init(letter: UInt8) {
        let process: PageFlags = [.upToDate, .mapped, .anonymous, .swapBacked]
        let file: PageFlags = [.upToDate, .lru]
        switch letter {
        case UInt8(ascii: "."): self = .buddy
        case UInt8(ascii: "l"), UInt8(ascii: "C"): self = []
        case UInt8(ascii: "A"), UInt8(ascii: "P"), UInt8(ascii: "p"): self = process
        case UInt8(ascii: "f"): self = file
        case UInt8(ascii: "d"): self = file.union(.dirty)
        case UInt8(ascii: "w"): self = file.union([.dirty, .writeback])
        case UInt8(ascii: "k"): self = process.union([.lru, .locked])
        default: self = process.union(.lru)
        }
    }
}
