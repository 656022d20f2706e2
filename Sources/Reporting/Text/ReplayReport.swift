import PhysicalMemory
public import Recordings
public import TextSupport

/// The result of `devemu replay`; its JSON form is the schema `devemu.replay/1`.
public struct ReplayReport: Encodable, Sendable {
    /// A file's result: decisions compared call by call, or a busy machine compared by counts.
    public enum File: Encodable, Sendable {
        case decisions(DecisionResult)
        case statistical(StatisticalResult)

        var name: String {
            switch self {
            case .decisions(let result): result.file
            case .statistical(let result): result.file
            }
        }

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .decisions(let result): try result.encode(to: encoder)
            case .statistical(let result): try result.encode(to: encoder)
            }
        }
    }

    public var schema = "devemu.replay/1"
    public private(set) var files: [File] = []
    /// Files that an interrupted command did not reach; absent in a complete result.
    public private(set) var filesLeft: Int?

    public init() {}

    /// A recording, or a trace, that was executed again.
    ///
    /// - Parameters:
    ///   - wallNanoseconds: of one execution.
    ///   - notes: the parts of a trace that are not compared.
    ///   - search: the result of the search for a start, and its time; nil where there was none.
    public mutating func add(
        _ replay: Replay, of notes: TracedRun.Notes? = nil, file: String, wallNanoseconds: Int,
        search: (result: StartSearch, wallNanoseconds: Int)? = nil
    ) {
        var result = DecisionResult(
            search?.result.best ?? replay, file: file, wallNanoseconds: wallNanoseconds)
        result.trace = notes.map { TraceResult($0) }
        result.search = search.map {
            DecisionResult.Search(starts: $0.result.starts, wallNanoseconds: $0.wallNanoseconds)
        }
        files.append(.decisions(result))
    }

    /// Marks the report as that of a command that was interrupted.
    public mutating func interrupt(filesLeft: Int) { self.filesLeft = filesLeft }

    public mutating func add(_ replay: StatisticalReplay, file: String, wallNanoseconds: Int) {
        files.append(.statistical(StatisticalResult(replay, file: file, wallNanoseconds: wallNanoseconds)))
    }

    /// Whether every compared call was decided as by the kernel.
    public var allExact: Bool {
        files.allSatisfy { file in
            if case .decisions(let result) = file { result.exact == result.calls } else { true }
        }
    }

    /// A line a file; below it, indented, what was assumed and the first difference.
    public func text(style: TextStyle) -> String {
        let width = files.map(\.name.count).max() ?? 0
        return files.map { file in
            switch file {
            case .decisions(let result): result.text(style: style, width: width)
            case .statistical(let result): result.text(style: style, width: width)
            }
        }.joined() + incomplete(style)
    }

    private func incomplete(_ style: TextStyle) -> String {
        guard let filesLeft else { return "" }
        let left = filesLeft == 0 ? "the last one not to its end" : "\(Human.count(filesLeft, "file")) left"
        return style.paint("Incomplete: interrupted, \(left).", .yellow) + "\n"
    }

    enum CodingKeys: String, CodingKey {
        case schema, files
        case filesLeft = "files_left"
    }
}

/// A recording compared call by call.
public struct DecisionResult: Encodable, Sendable {
    public struct Difference: Encodable, Sendable {
        public struct Side: Encodable, Sendable {
            /// Pages from the area's base, -1 for none, as a recording writes it.
            public var offset: Int
            public var ret: Int
            public var busy: [Int]

            init(_ decision: Replay.Decision) {
                offset = decision.offset ?? -1
                ret = decision.errno
                busy = decision.busy
            }

            var text: String {
                let result = offset >= 0 ? "offset \(offset)" : "ret \(ret)"
                guard !busy.isEmpty else { return result }
                let shown = busy.prefix(6).map(String.init).joined(separator: ",")
                return result + " after busy " + shown + (busy.count > 6 ? ",… (\(busy.count))" : "")
            }
        }

        public var call: Int
        public var count: Int
        public var align: Int
        public var kernel: Side
        public var emulated: Side
    }

    /// What was assumed of the start because the recording does not have it; see `UnrecordedStart`.
    public struct Assumption: Encodable, Sendable {
        /// nil where the recording has the lists.
        public var perCPUPages: Int?
        public var slotBytes: Int?
        /// Pages at which lists that tune themselves give some back.
        public var perCPUHigh: Int?
        /// Eighths of a second from the start until recorded lists decay for the first time.
        public var decayEighths: Int?

        enum CodingKeys: String, CodingKey {
            case perCPUPages = "per_cpu_pages"
            case perCPUHigh = "per_cpu_high"
            case decayEighths = "decay_eighths"
            case slotBytes = "slot_bytes"
        }
    }

    /// How the emulated lists compare with those that were recorded after each call; see `ListAgreement`.
    public struct Lists: Encodable, Sendable {
        public struct Takeover: Encodable, Sendable {
            /// 1-based number among the allocations and releases.
            public var step: Int
            public var cause: String
        }

        public var states: Int
        public var equal: Int
        public var takeovers: [Takeover]

        var text: String {
            let places = takeovers.map { "\($0.step) (\($0.cause))" }.joined(separator: ", ")
            return "  lists: \(equal) of \(states) states equal"
                + (takeovers.isEmpty ? "" : ", taken over at step \(places)") + "\n"
        }
    }

    /// The search for a start that the recording does not tell of.
    public struct Search: Encodable, Sendable {
        /// Starts that were executed.
        public var starts: Int
        /// Time of all of them, ns.
        public var wallNanoseconds: Int

        enum CodingKeys: String, CodingKey {
            case starts
            case wallNanoseconds = "wall_ns"
        }
    }

    public var file: String
    public var kind = "decisions"
    /// The kernel by whose rules the calls were decided again.
    public var judge: String
    public var mode: String
    public var calls: Int
    public var exact: Int
    public var firstDifference: Difference?
    public var assumed: Assumption?
    /// Absent for a recording without the lists after each call.
    public var lists: Lists?
    /// Absent where nothing was searched for.
    public var search: Search?
    /// Absent for a recording.
    public var trace: TraceResult?
    public var kernelNanoseconds: Int
    public var emulatedNanoseconds: Int
    /// Time of one execution, without parsing and without the search.
    public var wallNanoseconds: Int

    init(_ replay: Replay, file: String, wallNanoseconds: Int) {
        self.file = file
        judge = replay.judge.name
        mode = replay.mode.name(on: replay.judge)
        calls = replay.calls
        exact = replay.exact
        firstDifference = replay.differences.first.map {
            Difference(
                call: $0.call, count: $0.request.count, align: $0.request.align, kernel: .init($0.kernel),
                emulated: .init($0.emulated))
        }
        let start = replay.unrecorded
        if start != UnrecordedStart() {
            let isRecorded = start.lists == nil && replay.judge.lists.high != .lowWatermark
            assumed = Assumption(
                perCPUPages: isRecorded ? nil : start.lists?.count ?? start.movablePages + start.otherPages,
                slotBytes: start.slotBytes, perCPUHigh: start.lists?.high,
                decayEighths: isRecorded ? start.decayEighth : nil)
        }
        lists = replay.lists.map { lists in
            Lists(
                states: lists.states, equal: lists.equal,
                takeovers: lists.takeovers.map { .init(step: $0.step, cause: $0.cause.rawValue) })
        }
        kernelNanoseconds = replay.kernelNanoseconds
        emulatedNanoseconds = replay.emulatedNanoseconds
        self.wallNanoseconds = wallNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case file, kind, mode, calls, exact, assumed, lists, search, trace
        case judge = "judged_by"
        case firstDifference = "first_difference"
        case kernelNanoseconds = "kernel_ns"
        case emulatedNanoseconds = "emulated_ns"
        case wallNanoseconds = "wall_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(kind, forKey: .kind)
        try container.encode(judge, forKey: .judge)
        try container.encode(mode, forKey: .mode)
        try container.encode(calls, forKey: .calls)
        try container.encode(exact, forKey: .exact)
        // Always present, as null too: easier for readers than an optional key.
        try container.encode(firstDifference, forKey: .firstDifference)
        try container.encodeIfPresent(assumed, forKey: .assumed)
        try container.encodeIfPresent(lists, forKey: .lists)
        try container.encodeIfPresent(search, forKey: .search)
        try container.encodeIfPresent(trace, forKey: .trace)
        try container.encode(kernelNanoseconds, forKey: .kernelNanoseconds)
        try container.encode(emulatedNanoseconds, forKey: .emulatedNanoseconds)
        try container.encode(wallNanoseconds, forKey: .wallNanoseconds)
    }

    func text(style: TextStyle, width: Int) -> String {
        let verdict = style.paint("\(exact) of \(calls) calls exact", exact == calls ? .green : .red)
        var text =
            "\(Human.padded(file, to: width))  \(verdict), mode \(mode), kernel \(Human.duration(UInt64(kernelNanoseconds))), "
            + "emulated \(Human.duration(UInt64(emulatedNanoseconds))) "
            + "in \(Human.duration(UInt64(wallNanoseconds)))\n"
        if let trace { text += trace.text }
        if let assumed {
            let parts = [
                assumed.perCPUPages.map { "\($0) pages on the CPU's lists at the start" },
                assumed.perCPUHigh.map { "some given back at \($0)" },
                assumed.slotBytes.map { "the recorder's buffer at \($0)" },
                assumed.decayEighths.map { "the first decay after \($0)/8 of a second" },
            ]
            text += "  assumed: " + parts.compactMap { $0 }.joined(separator: ", ") + "\n"
        }
        if let lists { text += lists.text }
        if let search {
            text +=
                "  searched: \(Human.count(search.starts, "start")) that the recording allows, "
                + "in \(Human.duration(UInt64(search.wallNanoseconds)))\n"
        }
        if let difference = firstDifference {
            text +=
                "  first difference: call \(difference.call), count \(difference.count) align "
                + "\(difference.align): kernel \(difference.kernel.text), emulated \(difference.emulated.text)\n"
        }
        return text
    }
}
