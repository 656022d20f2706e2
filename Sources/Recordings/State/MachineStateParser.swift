import PhysicalMemory

extension MachineState {
    /// Reads a state from the bytes of its file, or the start of a recording from those of one.
    public init(parsing bytes: [UInt8]) throws(RecordingError) {
        var parser = MachineStateParser(bytes)
        if let state = try parser.parse() {
            self = state
        } else {
            self.init(startOf: try Recording(parsing: bytes))
        }
    }
}

/// Reads the lines of one state in order.
private struct MachineStateParser {
    private var lines: RecordLines

    init(_ bytes: [UInt8]) { lines = RecordLines(bytes) }

    /// Nil for a file that is no state, whatever else it is.
    mutating func parse() throws(RecordingError) -> MachineState? {
        guard lines.startsAsRecording,
            var kernel = try? lines.next(), kernel.word()?.elementsEqual("kernel".utf8) == true,
            var second = try? lines.next(), second.word()?.elementsEqual("scenario".utf8) == true,
            let scenario = try? second.settings(),
            scenario.contains(where: { $0.key == "scn" && $0.value == MachineState.scenario })
        else { return nil }
        func value(_ key: String) -> String? { scenario.first { $0.key == key }?.value }
        let settings = try kernel.settings()
        let pageBytes = try Recording.pageBytes(in: settings)
        let shift = pageBytes.trailingZeroBitCount
        let largest = PageGeometry.standard(pageBytes: pageBytes)?.largestPages ?? 1
        guard let memory = value("mem").flatMap({ MachineState.pages(of: $0, pageShift: shift) }) else {
            throw second.error(
                .malformed(field: "mem", found: value("mem") ?? "", expected: "a size such as 512M"))
        }
        var first = 0
        if let text = value("first_pfn") {
            guard let number = Int(text), (0...MachineMemory.highestFirstPFN).contains(number),
                number & (largest - 1) == 0
            else {
                throw second.error(
                    .malformed(
                        field: "first_pfn", found: text,
                        expected: "a multiple of \(largest) up to \(MachineMemory.highestFirstPFN)"))
            }
            first = number
        }
        var managed: Int?
        if let text = value("managed") {
            guard let number = Int(text), (1...memory).contains(number) else {
                throw second.error(
                    .malformed(field: "managed", found: text, expected: "a number from 1 to \(memory)"))
            }
            managed = number
        }
        var state = MachineState(
            kernel: settings, firstPFN: first, memoryPages: memory, managedPages: managed,
            freePages: 0, freeContiguous: 0, areas: [])
        var isComplete = false
        while var line = try lines.next(comments: true) {
            guard !isComplete else { throw line.error(.inconsistent("'free' must be the last record")) }
            let name = line.word() ?? []
            switch String(decoding: name, as: UTF8.self) {
            case "area":
                try requirePages(of: state, line)
                state.areas.append(try area(&line, of: state))
            case "pages":
                let index = try areaWanting(pages: true, of: state, line)
                state.areas[index].runs = try line.runs(pages: state.areas[index].pages)
            case "pin":
                let index = try areaWanting(pages: false, of: state, line)
                let pin = try line.pin(pages: state.areas[index].pages)
                if pin.isTaken { state.areas[index].pins.append(pin.offset) }
            case "#":
                guard let comment = line.word(), comment.elementsEqual("folios".utf8) else { continue }
                let index = try areaWanting(pages: false, of: state, line)
                state.areas[index].folios = try line.folios(pages: state.areas[index].pages)
            case "free":
                try requirePages(of: state, line)
                (state.freePages, state.freeContiguous) = try line.free()
                isComplete = true
            default:
                throw line.error(
                    .malformed(
                        field: "record", found: RecordLine.text(name),
                        expected: "area, pages, pin or free, as in a state"))
            }
        }
        guard isComplete, !state.areas.isEmpty else {
            throw RecordingError(
                .inconsistent("the state ends early: a complete one has an area and ends with 'free'"),
                line: lines.number)
        }
        return state
    }

    private func requirePages(of state: MachineState, _ line: RecordLine) throws(RecordingError) {
        if let area = state.areas.last, area.runs.isEmpty {
            throw line.error(.inconsistent("the 'pages' of the area '\(area.name)' are missing"))
        }
    }

    private func areaWanting(
        pages: Bool, of state: MachineState, _ line: RecordLine
    ) throws(RecordingError) -> Int {
        guard let area = state.areas.last, area.runs.isEmpty == pages else {
            throw line.error(
                .inconsistent(
                    pages ? "'pages' must follow its 'area'" : "'pin' must follow the 'pages' of its area"))
        }
        return state.areas.count - 1
    }

    private mutating func area(
        _ line: inout RecordLine, of state: MachineState
    ) throws(RecordingError) -> MachineState.Area {
        let words = try line.area()
        let name = String(decoding: try line.value(of: "name"), as: UTF8.self)
        let count =
            line.isNext("ranges") ? try line.number(of: "ranges", in: 1...AreaGeometry.mostRanges) : 1
        try line.end()
        guard (1...MachineState.longestName).contains(name.count), !name.contains("/") else {
            throw line.error(
                .malformed(field: "name", found: name, expected: "1 to 64 characters without '/'"))
        }
        let ranges = try lines.ranges(count, of: words, area: state.areas.count)
        let end = state.firstPFN + state.memoryPages
        for frames in ranges {
            guard state.canHold(frames) else {
                throw line.error(.inconsistent(state.boundsOfAreas))
            }
            guard frames.upperBound <= end else {
                throw line.error(
                    .inconsistent(
                        state.firstPFN == 0
                            ? "the area ends at page \(frames.upperBound), the machine has \(end)"
                            : "the area ends at page \(frames.upperBound), memory at page \(end)"))
            }
            for other in state.areas where other.ranges.contains(where: { $0.overlaps(frames) }) {
                throw line.error(.inconsistent("the area overlaps '\(other.name)'"))
            }
        }
        guard !state.areas.contains(where: { $0.name == name }) else {
            throw line.error(.inconsistent("a second area '\(name)'"))
        }
        return MachineState.Area(
            name: name, ranges: ranges, orderPerBit: words.orderPerBit,
            pageblockPages: words.pageblockPages, runs: [], pins: [])
    }
}
