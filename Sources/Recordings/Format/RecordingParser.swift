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
    /// Offset and count of what the recorded kernel holds, to check releases.
    private var held: [Int: Int] = [:]
    private var pagesRecords = 0

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
        var recording = try area(kernel: kernel, scenario: scenario)
        var ended = false
        while var line = try lines.next() {
            let name = line.word() ?? []
            let step: Recording.Step
            switch String(decoding: name, as: UTF8.self) {
            case "pages":
                pagesRecords += 1
                step = .pages(try line.runs(pages: recording.pages))
            case "pin":
                let pin = try line.pin(pages: recording.pages)
                step = .pin(offset: pin.offset, taken: pin.isTaken)
            case "alloc": step = .allocate(try allocation(&line, recording: recording))
            case "release": step = try release(&line, pages: recording.pages)
            case "free":
                let free = try line.free()
                step = .free(pages: free.pages, contiguous: free.contiguous)
            default: throw line.error(.unknownRecord(RecordLine.text(name)))
            }
            if case .free = step { ended = pagesRecords == 3 } else { ended = false }
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

    private mutating func area(
        kernel: [Recording.Setting], scenario: [Recording.Setting]
    ) throws(RecordingError) -> Recording {
        guard var line = try lines.next(), let word = line.word(), word.elementsEqual("area".utf8) else {
            throw RecordingError(.missing("area"), line: lines.number)
        }
        let words = try line.area()
        try line.end()
        return Recording(
            kernel: kernel, scenario: scenario, basePFN: words.basePFN, pages: words.pages,
            orderPerBit: words.orderPerBit, pageblockPages: words.pageblockPages, steps: [], stepBytes: [])
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
            migrateFailed: try line.number(of: "migrate_failed", in: 0...limit), busy: [])
        let list = try line.value(of: "busy")
        try line.end()
        if !list.isEmpty {
            for item in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                guard let window = RecordLine.decimal(item), window >= 0, window < recording.pages else {
                    throw line.error(
                        .malformed(
                            field: "busy", found: RecordLine.text(item),
                            expected: "offsets below \(recording.pages) separated by commas"))
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
            guard offset + count <= recording.pages else {
                throw line.error(.outsideArea(field: "allocation at", value: offset, pages: recording.pages))
            }
            guard held[offset] == nil else {
                throw line.error(.inconsistent("allocates at \(offset), which is already held"))
            }
            held[offset] = count
        }
        return allocation
    }

    private mutating func release(_ line: inout RecordLine, pages: Int) throws(RecordingError)
        -> Recording.Step
    {
        let offset = try line.number(of: "offset", in: 0...(1 << 40))
        let count = try line.number(of: "count", in: 0...(1 << 40))
        try line.expect("->")
        let accepted = try line.number(of: "ok", in: 0...1) == 1
        let nanoseconds = try line.number(of: "ns", in: 0...(1 << 56))
        try line.end()
        guard offset < pages else {
            throw line.error(.outsideArea(field: "offset", value: offset, pages: pages))
        }
        if accepted {
            guard held[offset] == count else {
                throw line.error(
                    .inconsistent("releases \(count) pages at \(offset), which no call before it returned"))
            }
            held[offset] = nil
        }
        return .release(offset: offset, count: count, accepted: accepted, nanoseconds: nanoseconds)
    }
}
