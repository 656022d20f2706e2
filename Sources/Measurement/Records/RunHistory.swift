/// What went on in every area in the course of a run: the part of `devemu.run/1` that maps, time lines and
/// the anatomy of failures are drawn from. It is there when it was asked for.
///
/// Pages are counted from the first of their area. Lists that grow with the run are columns: the n-th
/// entries of all belong together.
public struct RunHistory: Codable, Sendable, Hashable {
    public var areas: [AreaHistory]

    public init(areas: [AreaHistory]) { self.areas = areas }
}

/// What went on in one run of a comparison.
public struct ComparedHistory: Codable, Sendable, Hashable {
    public var caseName: String
    public var strategy: String
    public var seed: UInt64
    /// The run's devices, which numbers in the history stand for.
    public var devices: [String]
    public var areas: [AreaHistory]

    public init(caseName: String, strategy: String, seed: UInt64, devices: [String], areas: [AreaHistory]) {
        self.caseName = caseName
        self.strategy = strategy
        self.seed = seed
        self.devices = devices
        self.areas = areas
    }

    enum CodingKeys: String, CodingKey {
        case strategy, seed, devices, areas
        case caseName = "case"
    }
}

/// What a page is in a history, as one number.
///
/// 0 free, 1 in use and movable, 2 pinned, 3 held by no device (a strategy's stock, or allocated before the
/// run), and from 4 on held by a device: 4 is the first of the run's devices.
public enum HistoryPage {
    public static let free = 0
    public static let movable = 1
    public static let pinned = 2
    public static let stocked = 3

    /// A page that a device holds; nil stands for a strategy's stock.
    public static func held(by device: Int?) -> Int { device.map { stocked + 1 + $0 } ?? stocked }
}

/// One area: what its pages were at the start, how they changed, and what was asked of it.
public struct AreaHistory: Codable, Sendable, Hashable {
    public var name: String
    public var basePFN: Int
    public var pages: Int
    /// Of a split area the ranges in the order of its pages, each as two numbers: first page frame number, pages. Nil
    /// for an area of one range.
    public var ranges: [Int]?
    public var pageblockPages: Int
    /// Stretches of pages from the first to the last, each as two numbers: how many, and what they are.
    public var start: [Int]
    /// How the pages changed, in the order of time.
    public var frames: [MapFrame]
    public var requests: RequestColumns
    public var releases: ReleaseColumns
    /// Requests that failed, the first of them, and those that took longest.
    public var anatomies: [RequestAnatomy]

    /// Page frame number of a page of the area.
    public func pfn(at page: Int) -> Int {
        let ranges = ranges ?? []
        var first = 0
        for index in stride(from: 0, to: ranges.count - 1, by: 2) {
            if page < first + ranges[index + 1] { return ranges[index] + page - first }
            first += ranges[index + 1]
        }
        return basePFN + page
    }

    public init(
        name: String, basePFN: Int, pages: Int, ranges: [Int]? = nil, pageblockPages: Int, start: [Int],
        frames: [MapFrame] = [],
        requests: RequestColumns = RequestColumns(), releases: ReleaseColumns = ReleaseColumns(),
        anatomies: [RequestAnatomy] = []
    ) {
        self.name = name
        self.basePFN = basePFN
        self.pages = pages
        self.ranges = ranges
        self.pageblockPages = pageblockPages
        self.start = start
        self.frames = frames
        self.requests = requests
        self.releases = releases
        self.anatomies = anatomies
    }

    enum CodingKeys: String, CodingKey {
        case name, pages, ranges, start, frames, requests, releases, anatomies
        case basePFN = "base_pfn"
        case pageblockPages = "pageblock_pages"
    }
}

/// How an area differs from the frame before, or from the start.
public struct MapFrame: Codable, Sendable, Hashable {
    public var nanoseconds: UInt64
    /// Stretches that are something else now, each as three numbers: first page, pages, what they are.
    public var changes: [Int]

    public init(nanoseconds: UInt64, changes: [Int]) {
        self.nanoseconds = nanoseconds
        self.changes = changes
    }

    enum CodingKeys: String, CodingKey {
        case changes
        case nanoseconds = "t_ns"
    }
}

/// Calls of cma_alloc() in the order in which they began.
public struct RequestColumns: Codable, Sendable, Hashable {
    /// Number among the run's devices; -1 for what a strategy asked for nobody.
    public var device: [Int] = []
    /// From the begin of the request before, and of the first from 0: their sum is the instant.
    public var beginStepNanoseconds: [UInt64] = []
    public var durationNanoseconds: [UInt64] = []
    public var pages: [Int] = []
    /// Order of the alignment.
    public var align: [Int] = []
    /// First page of the allocation; -1 when there is none.
    public var offset: [Int] = []
    /// 0, or the errno of the failure: -12 and -16.
    public var errno: [Int] = []
    /// Windows that were tried and refused.
    public var busy: [Int] = []
    /// Calls behind the last one here, which are counted only.
    public var leftOut = 0

    public init() {}

    public var count: Int { device.count }

    enum CodingKeys: String, CodingKey {
        case device, pages, align, offset, errno, busy
        case beginStepNanoseconds = "begin_step_ns"
        case durationNanoseconds = "duration_ns"
        case leftOut = "left_out"
    }
}

/// Calls of cma_release() in their order.
public struct ReleaseColumns: Codable, Sendable, Hashable {
    public var device: [Int] = []
    /// From the release before, and of the first from 0: their sum is the instant.
    public var stepNanoseconds: [UInt64] = []
    public var offset: [Int] = []
    public var pages: [Int] = []
    public var leftOut = 0

    public init() {}

    public var count: Int { device.count }

    enum CodingKeys: String, CodingKey {
        case device, offset, pages
        case stepNanoseconds = "step_ns"
        case leftOut = "left_out"
    }
}

/// Why a request failed, or took long.
public struct RequestAnatomy: Codable, Sendable, Hashable {
    /// What refused a window, or stands in the way of one.
    public enum Obstacle: String, Codable, Sendable, Hashable, CaseIterable {
        /// Free, but on some CPU's page list.
        case perCPU = "per_cpu"
        /// In an LRU batch.
        case batched
        case locked
        case writeback
        case pinned
        /// The kernel's own.
        case kernel
        /// Held by a contiguous allocation.
        case held
        /// Gone by the time of the look.
        case passed
    }

    /// Windows that were refused, as columns. The windows of an entry follow each other, and one page
    /// refused all of them.
    public struct Refusals: Codable, Sendable, Hashable {
        /// First page of the first window, distance to the next, and how many there were.
        public var first: [Int] = []
        public var step: [Int] = []
        public var windows: [Int] = []
        /// The page, as far as a look right afterwards can tell.
        public var page: [Int] = []
        /// What it was: its place in the list of obstacles, from 0, which is `per_cpu`, `batched`, `locked`,
        /// `writeback`, `pinned`, `kernel`, `held`, `passed`.
        public var obstacle: [Int] = []

        public init() {}

        public var count: Int { first.count }
    }

    /// Pages in the way, next to each other and of one kind.
    public struct Blocker: Codable, Sendable, Hashable {
        public var page: Int
        public var pages: Int
        public var obstacle: Obstacle
        /// Who holds them, for `held`; `set` and `buffer` when they are part of one.
        public var device: Int?
        public var set: String?
        public var buffer: Int?

        public init(page: Int, pages: Int, obstacle: Obstacle, device: Int? = nil) {
            self.page = page
            self.pages = pages
            self.obstacle = obstacle
            self.device = device
        }
    }

    /// Number among the area's requests.
    public var request: Int
    /// Pages of the longest run of free pages, and of free or movable ones, right after the request.
    public var largestFreeRun: Int
    public var largestUsableRun: Int
    /// In the order in which they were tried; the first `refusalLimit`, and how many windows all of them
    /// and those that are left out were.
    public var refusals: Refusals
    public var refusedWindows: Int
    /// The window of the request's size and alignment with the fewest pages in the way, first page; absent
    /// when the area has no such window at all.
    public var nearest: Int?
    /// The pages in its way, the first `blockerLimit` stretches, and how many pages in all.
    public var blockers: [Blocker]
    public var blockingPages: Int

    public static let refusalLimit = 120
    public static let blockerLimit = 64

    public init(
        request: Int, largestFreeRun: Int, largestUsableRun: Int, refusals: Refusals, refusedWindows: Int,
        nearest: Int?, blockers: [Blocker], blockingPages: Int
    ) {
        self.request = request
        self.largestFreeRun = largestFreeRun
        self.largestUsableRun = largestUsableRun
        self.refusals = refusals
        self.refusedWindows = refusedWindows
        self.nearest = nearest
        self.blockers = blockers
        self.blockingPages = blockingPages
    }

    enum CodingKeys: String, CodingKey {
        case request, refusals, nearest, blockers
        case largestFreeRun = "largest_free_run"
        case largestUsableRun = "largest_usable_run"
        case refusedWindows = "refused_windows"
        case blockingPages = "blocking_pages"
    }
}
