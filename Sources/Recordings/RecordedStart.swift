public import PhysicalMemory

extension MachineState {
    /// Pages from the beginning of memory in which no area lies.
    static let lowestBase = 1024

    /// Whether an area's page frame numbers are far enough above the beginning of memory, and not too far.
    func canHold(_ frames: Range<Int>) -> Bool {
        frames.lowerBound >= firstPFN + Self.lowestBase
            && frames.upperBound <= firstPFN + MachineMemory.pageLimit
    }

    /// What ``canHold(_:)`` asks for, in words.
    var boundsOfAreas: String {
        "the area must lie between 4 MiB and 64 GiB"
            + (firstPFN == 0 ? "" : " from the beginning of memory on")
    }
}

extension MachineMemory {
    /// A machine in the state in which the recording's first call found it, and its area.
    public static func area(
        startOf recording: Recording, costs: CostProfile = .qemu
    ) throws(RecordingError) -> ContiguousArea {
        _ = try recording.cpus()
        let memory = try start(
            of: MachineState(startOf: recording), kernel: recording.judge(), costs: costs)
        guard let area = memory.areas.first else { throw RecordingError(.missing("area"), line: 4) }
        return area
    }

    /// A machine in a given state, with as much free memory outside of its areas as the state counts.
    ///
    /// A page off the LRU, or with references that no pin explains, waits in an LRU batch. Writeback
    /// and page locks, whose ends nobody knows, are over: what was under writeback is dirty. Where the
    /// frames in use outside of the areas lie is not known: the kernel's at the bottom of memory, and
    /// what does not fit below the first area, at the top.
    /// - Parameter kernel: decides on the machine, whatever kernel the state was seen on.
    public static func start(
        of state: MachineState, kernel: Kernel = .standard, costs: CostProfile = .qemu
    ) throws(RecordingError) -> MachineMemory {
        var geometries: [AreaGeometry] = []
        for area in state.areas {
            guard let geometry = AreaGeometry(ranges: area.ranges, orderPerBit: area.orderPerBit),
                area.ranges.allSatisfy({ state.canHold($0) })
            else { throw RecordingError(.inconsistent(state.boundsOfAreas), line: 4) }
            geometries.append(geometry)
        }
        let layout = StartLayout(state)
        let memory: MachineMemory
        do {
            memory = try MachineMemory(
                firstPFN: state.firstPFN, pages: layout.pages, cpus: min(max(state.cpus, 1), 256),
                kernelPages: layout.kernelPages,
                managedPages: state.managedPages, watermarks: state.watermarks, areas: geometries,
                inUse: layout.inUse, kernel: kernel,
                costs: costs)
        } catch {
            throw RecordingError(.inconsistent("\(error)"), line: 4)
        }
        for (area, start) in zip(memory.areas, state.areas) { area.take(over: start) }
        return memory
    }
}

extension ContiguousArea {
    /// Makes the pages what they are at the start; those in use are anonymous until now.
    fileprivate func take(over start: MachineState.Area) {
        var offset = 0
        for run in start.runs {
            let pages = offset..<offset + run.count
            offset = pages.upperBound
            switch run.letter {
            case UInt8(ascii: "C"): hold(offset: pages.lowerBound, count: pages.count)
            case UInt8(ascii: "A"), UInt8(ascii: "P"), UInt8(ascii: "p"):
                for page in pages { putInLRUBatch(page) }
            case UInt8(ascii: "f"): for page in pages { putInPageCache(page, dirty: false) }
            case UInt8(ascii: "d"), UInt8(ascii: "w"):
                for page in pages { putInPageCache(page, dirty: true) }
            case UInt8(ascii: "l"): for page in pages { putOnPerCPUList(page) }
            default: break
            }
        }
        for pin in start.pins { self[pin] = .pinned }
    }
}

/// Which frames of a machine are in use in a given state.
private struct StartLayout {
    /// Memory of the machine.
    let pages: Int
    /// Pages from the beginning of memory on that are the kernel's.
    let kernelPages: Int
    /// Other page frame numbers in use, ascending and apart.
    var inUse: [Range<Int>] = []

    init(_ state: MachineState) {
        let parts = state.areas.flatMap(\.parts).sorted { $0.frames.lowerBound < $1.frames.lowerBound }
        let inAreas = parts.reduce(0) { $0 + $1.frames.count }
        let first = state.firstPFN
        let end = parts.last.map { $0.frames.upperBound - first } ?? 0
        pages = max(state.memoryPages, (end + 1023) & ~1023)
        let freeOutside = min(
            max(state.freePages - state.freeContiguous, 0), max(state.memoryPages - inAreas - 1, 0))
        let below = parts.first.map { $0.frames.lowerBound - first } ?? 0
        // A machine that runs has free pages: none is a start that does not count them.
        let taken = state.freePages > 0 ? max(pages - inAreas - freeOutside, 0) : below
        kernelPages = min(taken, below)
        var left = taken - kernelPages
        var top = first + pages
        for part in parts.reversed() {
            let end = part.frames.upperBound
            if left > 0, top > end {
                let first = max(top - left, end)
                inUse.append(first..<top)
                left -= top - first
            }
            inUse += part.inUse.reversed()
            top = part.frames.lowerBound
        }
        inUse.reverse()
    }
}

extension MachineState.Area {
    /// Frames of each range, and those of them that are not free, ascending.
    fileprivate var parts: [(frames: Range<Int>, inUse: [Range<Int>])] {
        var used: [Range<Int>] = []
        var first = 0
        for run in runs {
            if run.letter != UInt8(ascii: "."), run.letter != UInt8(ascii: "l") {
                used.append(first..<first + run.count)
            }
            first += run.count
        }
        var begin = 0
        return ranges.map { range in
            let own = begin..<begin + range.count
            let distance = range.lowerBound - begin
            begin += range.count
            let inUse = used.map { $0.clamped(to: own) }.filter { !$0.isEmpty }
                .map { $0.lowerBound + distance..<$0.upperBound + distance }
            return (range, inUse)
        }
    }
}
