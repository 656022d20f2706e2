import PhysicalMemory

extension Recording {
    /// Reads a recording from the bytes of its file.
    ///
    /// Every line is checked against the format and against the lines before it (an offset inside the
    /// area, a release of something held), so that what is returned can be replayed to the end.
    public init(parsing bytes: [UInt8]) throws(RecordingError) {
        var parser = RecordingParser(bytes: bytes)
        self = try parser.parse()
    }
}

/// Reads the lines of one recording in order.
private struct RecordingParser {
    private var lines: RecordLines
    /// By area: offset and count of what the recorded kernel holds, to check releases.
    private var held: [[Int: Int]] = []
    /// By area.
    private var pagesRecords: [Int] = []
    private var hasCalls = false

    init(bytes: [UInt8]) { lines = RecordLines(bytes) }

    mutating func parse() throws(RecordingError) -> Recording {
        guard lines.startsAsRecording else {
            throw RecordingError(.notARecording, line: 1)
        }
        let kernel = try settings("kernel")
        let scenario = try settings("scenario")
        guard scenario.first(where: { $0.key == "scn" })?.value != MachineState.scenario else {
            throw RecordingError(
                .inconsistent("a state without calls: 'run --state' starts from it"), line: 3)
        }
        guard let first = try lines.next() else {
            throw RecordingError(.missing("area"), line: lines.number)
        }
        var recording = Recording(kernel: kernel, scenario: scenario, areas: [], steps: [], stepBytes: [])
        guard try appendArea(first, to: &recording) else {
            throw RecordingError(.missing("area"), line: lines.number)
        }
        var ended = false
        while var line = try lines.next(comments: true) {
            if try appendArea(line, to: &recording) { continue }
            let name = line.word() ?? []
            let step: Recording.Step
            switch String(decoding: name, as: UTF8.self) {
            case "pages":
                let area = areaOfPages
                pagesRecords[area] += 1
                step = .pages(try line.runs(pages: recording.areas[area].pages), area: area)
            case "pin":
                let pin = try line.pin(pages: recording.pages)
                step = .pin(offset: pin.offset, taken: pin.isTaken)
            case "alloc":
                hasCalls = true
                step = .allocate(try allocation(&line, recording: recording))
            case "release":
                hasCalls = true
                step = try release(&line, recording: recording)
            case "free":
                let free = try line.free()
                step = .free(pages: free.pages, contiguous: free.contiguous)
            case "#": step = try comment(&line, pages: recording.pages)
            default: throw line.error(.unknownRecord(RecordLine.text(name)))
            }
            switch step {
            case .free: ended = pagesRecords[0] == 3
            case .zone, .lists, .folios: break
            case .pages, .pin, .allocate, .release: ended = false
            }
            recording.steps.append(step)
            recording.stepBytes.append(lines.lineBytes)
        }
        guard ended else { throw RecordingError(.cutShort, line: lines.number) }
        return recording
    }

    private mutating func settings(_ name: String) throws(RecordingError) -> [Recording.Setting] {
        guard var line = try lines.next(), let word = line.word(), word.elementsEqual(name.utf8) else {
            throw RecordingError(.missing(name), line: lines.number)
        }
        return try line.settings()
    }

    /// Takes an `area` record with its ranges; false for any other record.
    ///
    /// A recording of two tasks has one such record for each area, both before the first call.
    private mutating func appendArea(
        _ record: RecordLine, to recording: inout Recording
    ) throws(RecordingError) -> Bool {
        var line = record
        guard let word = line.word(), word.elementsEqual("area".utf8) else { return false }
        let index = recording.areas.count
        guard !hasCalls, index < Recording.mostAreas else {
            throw line.error(
                .inconsistent("an area must come before the first call, and there are at most 8 of them"))
        }
        let words = try line.area()
        var area = Recording.Area(
            ranges: [], orderPerBit: words.orderPerBit, pageblockPages: words.pageblockPages)
        var ranges = 1
        if line.isNext("area") || index > 0 {
            _ = try line.number(of: "area", in: index...index)
            area.name = String(decoding: try line.value(of: "name"), as: UTF8.self)
            ranges = try line.number(of: "ranges", in: 1...AreaGeometry.mostRanges)
        }
        try line.end()
        area.ranges = try lines.ranges(ranges, of: words, area: index)
        recording.areas.append(area)
        held.append([:])
        pagesRecords.append(0)
        return true
    }

    /// The area that a `pages` record is of: the last one when it has none yet, else the first.
    private var areaOfPages: Int { pagesRecords.last == 0 ? pagesRecords.count - 1 : 0 }

    private func comment(_ line: inout RecordLine, pages: Int) throws(RecordingError) -> Recording.Step {
        let name = line.word() ?? []
        switch String(decoding: name, as: UTF8.self) {
        case "zone": return .zone(try line.zone())
        case "pcp": return .lists(try line.lists())
        default: return .folios(try line.folios(pages: pages))
        }
    }

    /// The words about the caller, where there are any.
    private func caller(
        _ line: inout RecordLine, recording: Recording
    ) throws(RecordingError) -> Recording.Caller? {
        guard line.isNext("task") else { return nil }
        return Recording.Caller(
            task: try line.number(of: "task", in: 0...255),
            area: try line.number(of: "area", in: 0...recording.areas.count - 1),
            startNanoseconds: try line.number(of: "start_ns", in: 0...(1 << 56)))
    }

    private mutating func allocation(
        _ line: inout RecordLine, recording: Recording
    ) throws(RecordingError) -> Recording.Allocation {
        let limit = 1 << 40
        let count = try line.number(of: "count", in: 0...limit)
        let align = try line.number(of: "align", in: 0...40)
        try line.expect("->")
        let offset = try line.number(of: "offset", in: -1...limit)
        let errno = try line.number(of: "ret", in: -4095...0)
        var allocation = Recording.Allocation(
            count: count, align: align, offset: offset < 0 ? nil : offset, errno: errno,
            nanoseconds: try line.number(of: "ns", in: 0...(1 << 56)),
            isolateNanoseconds: try line.number(of: "isolate_ns", in: 0...(1 << 56)),
            disableLRUNanoseconds: try line.number(of: "lru_disable_ns", in: 0...(1 << 56)),
            migrateNanoseconds: try line.number(of: "migrate_ns", in: 0...(1 << 56)),
            drainNanoseconds: try line.number(of: "drain_ns", in: 0...(1 << 56)),
            migrated: try line.number(of: "migrated", in: 0...limit),
            migrateFailed: try line.number(of: "migrate_failed", in: 0...limit), busy: [],
            caller: try caller(&line, recording: recording))
        let area = allocation.caller?.area ?? 0
        let pages = recording.areas[area].pages
        let list = try line.value(of: "busy")
        try line.end()
        if !list.isEmpty {
            for item in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                guard let window = RecordLine.decimal(item), window >= 0, window < pages else {
                    throw line.error(
                        .malformed(
                            field: "busy", found: RecordLine.text(item),
                            expected: "offsets below \(pages) separated by commas"))
                }
                allocation.busy.append(window)
            }
        }
        guard (errno == 0) == (offset >= 0) else {
            throw line.error(.inconsistent("offset \(offset) and ret \(errno) contradict each other"))
        }
        guard allocation.busy.count <= Recording.busyLimit else {
            throw line.error(.inconsistent("more than \(Recording.busyLimit) busy windows"))
        }
        if offset >= 0 {
            guard offset + count <= pages else {
                throw line.error(.outsideArea(field: "allocation at", value: offset, pages: pages))
            }
            guard held[area][offset] == nil else {
                throw line.error(.inconsistent("allocates at \(offset), which is already held"))
            }
            held[area][offset] = count
        }
        return allocation
    }

    private mutating func release(
        _ line: inout RecordLine, recording: Recording
    ) throws(RecordingError) -> Recording.Step {
        let offset = try line.number(of: "offset", in: 0...(1 << 40))
        let count = try line.number(of: "count", in: 0...(1 << 40))
        try line.expect("->")
        let accepted = try line.number(of: "ok", in: 0...1) == 1
        let nanoseconds = try line.number(of: "ns", in: 0...(1 << 56))
        let caller = try caller(&line, recording: recording)
        try line.end()
        let area = caller?.area ?? 0
        let pages = recording.areas[area].pages
        guard offset < pages else {
            throw line.error(.outsideArea(field: "offset", value: offset, pages: pages))
        }
        if accepted {
            guard held[area][offset] == count else {
                throw line.error(
                    .inconsistent("releases \(count) pages at \(offset), which no call before it returned"))
            }
            held[area][offset] = nil
        }
        return .release(
            offset: offset, count: count, accepted: accepted, nanoseconds: nanoseconds, caller: caller)
    }
}
