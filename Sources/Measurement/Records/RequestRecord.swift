/// A request of a driver that ended with less than was asked for.
public struct FailedRequest: Codable, Sendable, Hashable {
    /// Among all requests of the run in the order in which they began, from 1.
    public var number: Int
    public var device: String
    /// The emulated clock when the request ended, ns.
    public var nanoseconds: UInt64
    /// Chunks that were asked for and that were got; 1 and 0 for a single allocation.
    public var wanted: Int
    public var got: Int
    /// Pages of a chunk, and the order that its first pfn is aligned to.
    public var pages: Int
    public var align: Int
    /// That of the request's last call that failed; null when none did and the strategy gave up by itself.
    public var errno: Int?
    /// Pages of the area that no contiguous allocation held after that call, and the longest run of them: what
    /// `cma_alloc()` searches, whatever else the pages are used for.
    public var freePages: Int
    public var longestRunPages: Int

    public init(
        number: Int, device: String, nanoseconds: UInt64, wanted: Int, got: Int, pages: Int, align: Int,
        errno: Int?, freePages: Int, longestRunPages: Int
    ) {
        self.number = number
        self.device = device
        self.nanoseconds = nanoseconds
        self.wanted = wanted
        self.got = got
        self.pages = pages
        self.align = align
        self.errno = errno
        self.freePages = freePages
        self.longestRunPages = longestRunPages
    }

    enum CodingKeys: String, CodingKey {
        case device, wanted, got, pages, align, errno
        case number = "request"
        case nanoseconds = "t_ns"
        case freePages = "free_pages"
        case longestRunPages = "longest_run_pages"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(device, forKey: .device)
        try container.encode(nanoseconds, forKey: .nanoseconds)
        try container.encode(wanted, forKey: .wanted)
        try container.encode(got, forKey: .got)
        try container.encode(pages, forKey: .pages)
        try container.encode(align, forKey: .align)
        try container.encode(errno, forKey: .errno)
        try container.encode(freePages, forKey: .freePages)
        try container.encode(longestRunPages, forKey: .longestRunPages)
    }
}

/// The requests of a run that failed.
public struct FailedRequests: Codable, Sendable, Hashable {
    /// How many there were.
    public var count = 0
    /// The first `limit` of them, in the order in which they ended.
    public var first: [FailedRequest] = []

    public static let limit = 100

    public init() {}

    public mutating func add(_ request: FailedRequest) {
        count += 1
        if first.count < Self.limit { first.append(request) }
    }
}

/// A call into the contiguous allocator.
public struct CallRecord: Codable, Sendable, Hashable {
    /// Number of the driver's request that it was made for.
    public var request: Int
    public var device: String
    /// The emulated clock when it began, and how long it took, ns.
    public var beginNanoseconds: UInt64
    public var durationNanoseconds: UInt64
    /// Pages and alignment order of what was asked for; of each chunk, for a call that takes several.
    public var pages: Int
    public var align: Int
    /// First page of what it took, from the area's base, and of how many windows that was the first. Null and 0
    /// when the call got nothing.
    public var offset: Int?
    public var windows: Int
    /// Null when the call got all that it wanted.
    public var errno: Int?

    public init(
        request: Int, device: String, beginNanoseconds: UInt64, durationNanoseconds: UInt64, pages: Int,
        align: Int, offset: Int?, windows: Int, errno: Int?
    ) {
        self.request = request
        self.device = device
        self.beginNanoseconds = beginNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.pages = pages
        self.align = align
        self.offset = offset
        self.windows = windows
        self.errno = errno
    }

    enum CodingKeys: String, CodingKey {
        case request, device, pages, align, offset, windows, errno
        case beginNanoseconds = "begin_ns"
        case durationNanoseconds = "duration_ns"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(request, forKey: .request)
        try container.encode(device, forKey: .device)
        try container.encode(beginNanoseconds, forKey: .beginNanoseconds)
        try container.encode(durationNanoseconds, forKey: .durationNanoseconds)
        try container.encode(pages, forKey: .pages)
        try container.encode(align, forKey: .align)
        try container.encode(offset, forKey: .offset)
        try container.encode(windows, forKey: .windows)
        try container.encode(errno, forKey: .errno)
    }
}

/// The calls that drivers made in a run.
public struct CallList: Codable, Sendable, Hashable {
    /// The first `limit` of them, in the order in which they returned.
    public var calls: [CallRecord] = []
    /// How many came after these.
    public var leftOut = 0

    public static let limit = 50_000

    public init() {}

    /// Keeps a call, or counts one past the limit.
    public mutating func add(_ call: @autoclosure () -> CallRecord) {
        guard calls.count < Self.limit else {
            leftOut += 1
            return
        }
        calls.append(call())
    }

    enum CodingKeys: String, CodingKey {
        case calls
        case leftOut = "left_out"
    }
}
