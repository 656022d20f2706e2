import PhysicalMemory

/// What a driver wants: chunks of one size, each contiguous in itself.
public struct GatherRequest: Sendable, Hashable {
    /// Chunks wanted, 1 or more.
    public var wanted: Int
    /// Pages of a chunk, 1 or more.
    public var chunkPages: Int
    /// The first pfn of each chunk shall be a multiple of 2^align pages.
    public var align: Int

    public init(wanted: Int, chunkPages: Int, align: Int) {
        self.wanted = wanted
        self.chunkPages = chunkPages
        self.align = align
    }

    /// What one window for a chunk has to be.
    var window: AllocationRequest { AllocationRequest(count: chunkPages, align: align) }

    /// The order of a chunk whose size is a power of two and whose alignment is not above it: what can
    /// be cut out of a larger block. Nil for any other chunk.
    public var order: Int? {
        let order = chunkPages.trailingZeroBitCount
        return chunkPages == 1 << order && align <= order ? order : nil
    }
}

/// How a driver gathers its chunks, with whatever it remembers from one buffer to the next.
///
/// An instance belongs to one area and serves all devices that use this strategy there.
public protocol GatheringStrategy: AnyObject {
    /// Gathers up to `request.wanted` chunks.
    /// - Returns: offsets of the chunks in pages from the area's base, in the order in which the driver
    ///   would use them. Fewer than wanted is a failure that keeps what it got; whoever gives up
    ///   everything returns none and has released the rest.
    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int]

    /// Called once before any device asks; what is allocated here belongs to no device.
    func prepare(through access: AreaAccess)

    /// A device gives a chunk back. True when the strategy keeps it instead of the area.
    func takeBack(_ chunk: Range<Int>) -> Bool
}

extension GatheringStrategy {
    public func prepare(through access: AreaAccess) {}
    public func takeBack(_ chunk: Range<Int>) -> Bool { false }
}

/// A strategy as it is listed and explained.
public struct Strategy: Sendable {
    public let name: String
    /// One line.
    public let summary: String
    /// Who proposed, shipped or hinted at it, and when.
    public let origin: String
    /// The exact rule, in paragraphs.
    public let rule: String
    private let make: @Sendable () -> any GatheringStrategy

    public init(
        name: String, summary: String, origin: String, rule: String,
        make: @escaping @Sendable () -> any GatheringStrategy
    ) {
        self.name = name
        self.summary = summary
        self.origin = origin
        self.rule = rule
        self.make = make
    }

    /// A fresh instance for one area.
    public func instance() -> any GatheringStrategy { make() }
}
