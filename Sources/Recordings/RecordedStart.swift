public import PhysicalMemory

extension MachineMemory {
    /// A machine in the state in which the recording's first call found it, and its area: the last
    /// `pages` record before that call, with a lasting pin only where a `pin` record says so, and as
    /// much free memory outside the area as the recording counted. A page off the LRU, or with
    /// references that no pin explains, waits in an LRU batch.
    public static func area(
        startOf recording: Recording, costs: CostProfile = .qemu
    ) throws(RecordingError) -> ContiguousArea {
        let start = RecordedStart(recording)
        let end = recording.basePFN + recording.pages
        guard
            let geometry = AreaGeometry(
                basePFN: recording.basePFN, pages: recording.pages, orderPerBit: recording.orderPerBit),
            end <= MachineMemory.pageLimit, recording.basePFN >= 1024
        else {
            throw RecordingError(
                .inconsistent("the area must lie between 4 MiB and 64 GiB"), line: 4)
        }
        let pages = max(start.machinePages, (end + 1023) & ~1023)
        let cpus = try recording.cpus()
        let kernelPages = min(pages - recording.pages - start.freeOutside, recording.basePFN)
        let memory: MachineMemory
        do {
            memory = try MachineMemory(
                pages: pages, cpus: cpus, kernelPages: kernelPages, areas: [geometry], inUse: start.inUse,
                costs: costs)
        } catch {
            throw RecordingError(.inconsistent("\(error)"), line: 4)
        }
        guard let area = memory.areas.first else {
            throw RecordingError(.missing("area"), line: 4)
        }
        for held in start.held { area.hold(offset: held.lowerBound, count: held.count) }
        for page in start.batched { area.putInLRUBatch(page) }
        for pin in start.pins { area[pin] = .pinned }
        return area
    }
}

/// What a recording says of the machine before its first call.
struct RecordedStart {
    /// Memory of the machine and free pages outside the area.
    var machinePages = 0
    var freeOutside = 0
    /// Frames in use, held or not.
    var inUse: [Range<Int>] = []
    /// Offsets in the area that were held, and pinned.
    var held: [Range<Int>] = []
    var pins: [Int] = []
    var batched: [Int] = []

    init(_ recording: Recording) {
        machinePages = recording.scenario("mem").flatMap { Self.pages(of: $0) } ?? 0
        var runs: [Recording.Run] = []
        steps: for step in recording.steps {
            switch step {
            case .pages(let found): runs = found
            case .pin(let offset, let taken): if taken { pins.append(offset) }
            case .free(let pages, let contiguous): freeOutside = max(pages - contiguous, 0)
            case .allocate, .release: break steps
            }
        }
        var offset = 0
        for run in runs {
            let pages = offset..<offset + run.count
            if run.letter == UInt8(ascii: "C") { held.append(pages) }
            if "APp".utf8.contains(run.letter) { batched += pages }
            if run.letter != UInt8(ascii: ".") {
                inUse.append(recording.basePFN + pages.lowerBound..<recording.basePFN + pages.upperBound)
            }
            offset += run.count
        }
        freeOutside = min(freeOutside, max(machinePages - recording.pages - 1, 0))
    }

    /// `512M` or `1G`.
    static func pages(of text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast()), number > 0, number <= 1 << 20 else {
            return nil
        }
        switch unit {
        case "M": return number << 8
        case "G": return number << 18
        default: return nil
        }
    }
}
