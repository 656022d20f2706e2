public import KernelFormats
import PhysicalMemory

/// What a kernel's log says about failed contiguous allocations and what would have worked; its JSON form is the
/// schema `devemu.explain/1`.
public struct Explanation: Encodable, Sendable {
    /// The lines of one failure, which may have come several times.
    public struct Case: Encodable, Sendable {
        /// Lines of the failures, the last of which is explained.
        public var lines: [Int]
        /// Null for a kernel that does not name the area.
        public var area: String?
        public var pages: Int
        public var align: Int
        public var errno: Int
        /// Moment of the last failure, ns since boot; null in a log without times.
        public var nanoseconds: UInt64?
        /// The thread that said so, and the line behind it that speaks of an allocation too.
        public var caller: String?
        public var followedBy: String?
        /// The kernel that decides in the trials.
        public var kernel: String
        public var cause: FailureCause
        /// Pages of the area, those that were free, the longest run of them; null where the log has none.
        public var areaPages: Int?
        public var freePages: Int?
        public var longestRun: Int?
        /// Windows that the log shows as refused.
        public var busyWindows: Int
        /// What the log does not say, as it was assumed for the trials.
        public var assumed: [String]
        /// What was run, the request as it was first; empty for an area that is too large to be emulated.
        public var trials: [Trial]

        enum CodingKeys: String, CodingKey {
            case lines, area, pages, align, errno, caller, kernel, cause, assumed, trials
            case nanoseconds = "t_ns"
            case followedBy = "followed_by"
            case areaPages = "area_pages"
            case freePages = "free_pages"
            case longestRun = "longest_run_pages"
            case busyWindows = "busy_windows"
        }
    }

    public let schema = "devemu.explain/1"
    public let file: String
    public let lineCount: Int
    public let skippedLines: Int
    /// The kernel's release, from the log's first line; null in a log that does not have it.
    public let release: String?
    public let seeds: Int
    public private(set) var cases: [Case] = []
    /// Kinds of failures behind the first `caseLimit`, which are not explained.
    public private(set) var moreCases = 0
    /// Kinds of failures that were not explained because the command was interrupted; absent in a complete result.
    public private(set) var interruptedCases: Int?
    /// Refused windows after which no failure came.
    public let overcomeWindows: Int

    /// Most kinds of failures that are explained.
    public static let caseLimit = 8

    /// - Parameters:
    ///   - seeds: areas that are tried for each kind of failure, 1 or more.
    ///   - areaPages: pages of the area, for a log that does not tell; nil to assume some.
    ///   - isInterrupted: asked between two emulated areas; when it says so, what is not explained by then is left.
    public init(
        of log: KernelLog, file: String, seeds: Int, areaPages: Int? = nil,
        isInterrupted: () -> Bool = { false }
    ) {
        self.file = file
        self.seeds = seeds
        lineCount = log.lineCount
        skippedLines = log.skippedLines
        release = log.release
        overcomeWindows = log.overcome.count
        var groups: [(first: DiagnosedFailure, all: [DiagnosedFailure])] = []
        for failure in log.failures {
            let one = DiagnosedFailure(failure, in: log, areaPages: areaPages)
            let place = groups.firstIndex { group in
                group.first.failure.area == failure.area && group.first.failure.count == failure.count
                    && group.first.failure.errno == failure.errno && group.first.cause == one.cause
            }
            if let place { groups[place].all.append(one) } else { groups.append((one, [one])) }
        }
        moreCases = max(groups.count - Self.caseLimit, 0)
        for group in groups.prefix(Self.caseLimit) {
            // The one of which the log says most stands for all.
            let known = group.all.last { $0.freeRuns != nil } ?? group.all.last { !$0.failure.busy.isEmpty }
            let one = Self.explain(
                known ?? group.first, lines: group.all.map(\.failure.line), seeds: UInt64(max(seeds, 1)),
                isInterrupted)
            guard !isInterrupted() else {
                interruptedCases = min(groups.count, Self.caseLimit) - cases.count
                return
            }
            cases.append(one)
        }
    }

    private static func explain(
        _ diagnosed: DiagnosedFailure, lines: [Int], seeds: UInt64, _ isInterrupted: () -> Bool
    ) -> Case {
        let failure = diagnosed.failure
        let area = SuspectedArea(diagnosed)
        let isEmulated = area != nil && diagnosed.cause != .other
        return Case(
            lines: lines, area: failure.area, pages: failure.count, align: diagnosed.align,
            errno: failure.errno, nanoseconds: failure.nanoseconds, caller: failure.caller,
            followedBy: failure.followedBy, kernel: (diagnosed.kernel ?? .standard).name,
            cause: diagnosed.cause, areaPages: diagnosed.areaPages,
            freePages: failure.free?.free, longestRun: diagnosed.longestRun,
            busyWindows: failure.busy.count, assumed: isEmulated ? area?.assumptions ?? [] : [],
            trials: isEmulated
                ? area.map {
                    Remedies(area: $0, cause: diagnosed.cause, seeds: 1...seeds).trials(isInterrupted)
                } ?? []
                : [])
    }
}

/// Something that was tried on emulated areas.
public struct Trial: Encodable, Sendable, Hashable {
    public enum Kind: String, Encodable, Sendable {
        case asItWas = "as-it-was"
        case alignment, chunks, strategy, waiting, area
    }

    public var kind: Kind
    /// In words.
    public var name: String
    /// Pages of a chunk, when the request was split.
    public var chunkPages: Int?
    public var strategy: String?
    /// Areas on which it was tried, and on which everything was got.
    public var runs = 0
    public var worked = 0
    /// Emulated time until everything was there, over the runs that worked.
    public var medianNanoseconds: UInt64?

    init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    enum CodingKeys: String, CodingKey {
        case kind, name, strategy, runs, worked
        case chunkPages = "chunk_pages"
        case medianNanoseconds = "median_ns"
    }
}
