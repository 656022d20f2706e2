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
    private static let letters = Set(".CaAfdwkPp".utf8)

    let bytes: [UInt8]
    private var position = 0
    private var lineNumber = 0
    private var lineBytes = 0
    /// Offset and count of what the recorded kernel holds, to check releases.
    private var held: [Int: Int] = [:]
    private var pagesRecords = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The next line that is neither empty nor a comment; nil at the end of the file.
    private mutating func nextLine() throws(RecordingError) -> RecordLine? {
        while position < bytes.count {
            lineNumber += 1
            guard let end = bytes[position...].firstIndex(of: 10) else {
                throw RecordingError(.cutShort, line: lineNumber)
            }
            let line = bytes[position..<end]
            lineBytes = end - position + 1
            position = end + 1
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            return RecordLine(line, number: lineNumber)
        }
        return nil
    }

    mutating func parse() throws(RecordingError) -> Recording {
        let first = bytes.prefix { $0 != 10 }
        guard first.elementsEqual("# cma oracle 1".utf8) else {
            throw RecordingError(.notARecording, line: 1)
        }
        let kernel = try settings("kernel")
        let scenario = try settings("scenario")
        var recording = try area(kernel: kernel, scenario: scenario)
        var ended = false
        while var line = try nextLine() {
            let name = line.word() ?? []
            let step: Recording.Step
            switch String(decoding: name, as: UTF8.self) {
            case "pages": step = .pages(try runs(&line, pages: recording.pages))
            case "pin": step = try pin(&line, pages: recording.pages)
            case "alloc": step = .allocate(try allocation(&line, recording: recording))
            case "release": step = try release(&line, pages: recording.pages)
            case "free": step = try free(&line)
            default: throw line.error(.unknownRecord(RecordLine.text(name)))
            }
            if case .free = step { ended = pagesRecords == 3 } else { ended = false }
            recording.steps.append(step)
            recording.stepBytes.append(lineBytes)
        }
        guard ended else { throw RecordingError(.cutShort, line: lineNumber) }
        return recording
    }

    private mutating func settings(_ name: String) throws(RecordingError) -> [Recording.Setting] {
        guard var line = try nextLine(), let word = line.word(), word.elementsEqual(name.utf8) else {
            throw RecordingError(.missing(name), line: lineNumber)
        }
        var settings: [Recording.Setting] = []
        while let word = line.word() {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > word.startIndex else {
                throw line.error(
                    .malformed(field: "word", found: RecordLine.text(word), expected: "key=value"))
            }
            settings.append(
                .init(
                    key: String(decoding: word[..<equals], as: UTF8.self),
                    value: String(decoding: word[(equals + 1)...], as: UTF8.self)))
        }
        return settings
    }

    private mutating func area(
        kernel: [Recording.Setting], scenario: [Recording.Setting]
    ) throws(RecordingError) -> Recording {
        guard var line = try nextLine(), let word = line.word(), word.elementsEqual("area".utf8) else {
            throw RecordingError(.missing("area"), line: lineNumber)
        }
        let base = try line.number(of: "base_pfn", in: 0...(1 << 40 - 1))
        let pages = try line.number(of: "pages", in: 1...(1 << 28))
        let order = try line.number(of: "order_per_bit", in: 0...20)
        let pageblock = try line.number(of: "pageblock_pages", in: 1...(1 << 20))
        try line.end()
        guard pages & (1 << order - 1) == 0 else {
            throw line.error(.inconsistent("pages \(pages) is no multiple of 2^order_per_bit"))
        }
        guard pageblock & (pageblock - 1) == 0 else {
            throw line.error(.inconsistent("pageblock_pages \(pageblock) is no power of two"))
        }
        return Recording(
            kernel: kernel, scenario: scenario, basePFN: base, pages: pages, orderPerBit: order,
            pageblockPages: pageblock, steps: [], stepBytes: [])
    }

    private mutating func runs(_ line: inout RecordLine, pages: Int) throws(RecordingError) -> [Recording.Run]
    {
        pagesRecords += 1
        let text = line.word() ?? []
        try line.end()
        var runs: [Recording.Run] = []
        var total = 0
        var index = text.startIndex
        while index < text.endIndex {
            let letter = text[index]
            guard Self.letters.contains(letter) else {
                throw line.error(
                    .malformed(
                        field: "page letter", found: RecordLine.text(text[index...index]),
                        expected: "one of . C a A f d w k P p"))
            }
            let digits = text[(index + 1)...].prefix { $0 >= 48 && $0 <= 57 }
            guard let count = RecordLine.decimal(digits), count > 0, count <= pages else {
                throw line.error(
                    .malformed(
                        field: "page count", found: RecordLine.text(digits), expected: "1 to \(pages)"))
            }
            total += count
            runs.append(.init(letter: letter, count: count))
            index = digits.endIndex
        }
        guard total == pages else {
            throw line.error(.inconsistent("the page states add up to \(total), the area has \(pages) pages"))
        }
        return runs
    }

    private func pin(_ line: inout RecordLine, pages: Int) throws(RecordingError) -> Recording.Step {
        let offset = try line.number(of: "offset", in: 0...(1 << 40))
        guard offset < pages else {
            throw line.error(.outsideArea(field: "offset", value: offset, pages: pages))
        }
        let taken = try line.number(of: "ok", in: 0...1) == 1
        try line.end()
        return .pin(offset: offset, taken: taken)
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

    private func free(_ line: inout RecordLine) throws(RecordingError) -> Recording.Step {
        let pages = try line.number(of: "pages", in: 0...(1 << 40))
        let contiguous = try line.number(of: "cma", in: 0...(1 << 40))
        try line.end()
        return .free(pages: pages, contiguous: contiguous)
    }
}
