/// How large areas must be; the JSON form is the schema `devemu.size/1`. Sizes are in pages, and in MiB
/// where the key says so.
public struct SizeResult: Codable, Sendable, Hashable {
    public static let schema = "devemu.size/1"

    public var schema = SizeResult.schema
    /// The scene's name, or those of the plugins.
    public var name: String
    /// The share of the seeds that were run which has to be satisfied, 0 ... 1.
    public var success: Double
    public var seeds: Int
    /// Whether a device has to have all buffers that it wants, not just the fewest it can work with.
    public var needsAllBuffers: Bool
    public var firstSeed: UInt64
    /// Seeds, all of them satisfied, that would show the share with 95 % confidence; absent for 100 %.
    public var seedsForConfidence: Int?
    public var strategy: String?
    /// The machine before the search; absent in a result of devemu 0.1.
    public var machine: MachineSummary?
    /// What has to be said of the kernel's rules; absent where they were checked against recordings.
    public var kernelNote: String?
    /// One for each area that was searched for.
    public var areas: [SizedArea]
    /// What an interrupted command did not come to; absent in a complete result.
    public var incomplete: IncompleteSize?
    /// The command that made it; absent in a result that no command made.
    public var reproduce: Reproduction?

    public init(
        name: String, goal: SuccessGoal, needsAllBuffers: Bool = false, firstSeed: UInt64, strategy: String?,
        areas: [SizedArea]
    ) {
        self.name = name
        success = goal.share
        seeds = goal.seeds
        self.needsAllBuffers = needsAllBuffers
        self.firstSeed = firstSeed
        seedsForConfidence = goal.seedsForConfidence
        self.strategy = strategy
        self.areas = areas
    }

    /// As many of the seeds as the share is.
    public var seedsNeeded: Int {
        SuccessGoal(share: success, seeds: seeds).map { $0.seeds - $0.failuresAllowed } ?? seeds
    }

    enum CodingKeys: String, CodingKey {
        case schema, name, success, seeds, strategy, machine, areas, incomplete, reproduce
        case needsAllBuffers = "all_buffers"
        case firstSeed = "first_seed"
        case kernelNote = "kernel_note"
        case seedsForConfidence = "seeds_for_confidence"
    }
}

/// What is missing in a result because the command was interrupted.
public struct IncompleteSize: Codable, Sendable, Hashable {
    /// Runs that were made.
    public var runs: Int
    /// Searches that were not made to their end, in words, in their order.
    public var missing: [String]

    public init(runs: Int, missing: [String]) {
        self.runs = runs
        self.missing = missing
    }
}

/// Where the size of an area lies whose search was interrupted.
public struct SizeBounds: Codable, Sendable, Hashable {
    /// The largest size that is known to be too small; 0 for none.
    public var tooSmallPages: Int
    /// The smallest that is known to be large enough; null for none.
    public var enoughPages: Int?

    public init(tooSmallPages: Int, enoughPages: Int?) {
        self.tooSmallPages = tooSmallPages
        self.enoughPages = enoughPages
    }

    private enum CodingKeys: String, CodingKey {
        case tooSmallPages = "too_small_pages"
        case enoughPages = "enough_pages"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tooSmallPages, forKey: .tooSmallPages)
        try container.encode(enoughPages, forKey: .enoughPages)
    }
}

/// One area: how large it must be while all others stay as they are.
public struct SizedArea: Codable, Sendable, Hashable {
    public var name: String
    /// The smallest size that reaches the goal; null when none up to `limitPages` does.
    public var pages: Int?
    /// The smallest size with which every device has the fewest buffers that it can work with, and all that
    /// it wants; null when none up to `limitPages` is. One of the two is `pages`.
    public var fewestBuffersPages: Int?
    public var allBuffersPages: Int?
    /// The largest size that was possible, or was allowed.
    public var limitPages: Int
    /// Its size before the search.
    public var givenPages: Int
    /// Page frame number at which it was put at that size.
    public var basePFN: Int?
    /// Every size that was tried, ascending.
    public var curve: [SizePoint]
    public var limits: SizeLimits
    /// What `pages` is made of; absent without an answer.
    public var budget: SizeBudget?
    /// The same with another strategy or other chunks.
    public var alternatives: [SizeAlternative]
    /// How a kernel is told of it; absent without an answer.
    public var kernel: KernelSetting?
    /// How far a search came that was interrupted, which has no answer; absent after a whole one.
    public var bounds: SizeBounds?

    public init(
        name: String, pages: Int?, fewestBuffersPages: Int?, allBuffersPages: Int?, limitPages: Int,
        givenPages: Int, basePFN: Int?, curve: [SizePoint], limits: SizeLimits,
        alternatives: [SizeAlternative], kernel: KernelSetting?
    ) {
        self.name = name
        self.pages = pages
        self.fewestBuffersPages = fewestBuffersPages
        self.allBuffersPages = allBuffersPages
        budget = pages.map { SizeBudget(of: $0, limits) }
        self.limitPages = limitPages
        self.givenPages = givenPages
        self.basePFN = basePFN
        self.curve = curve
        self.limits = limits
        self.alternatives = alternatives
        self.kernel = kernel
    }

    /// The point of the answer.
    public var answer: SizePoint? { curve.first { $0.pages == pages } }

    private enum CodingKeys: String, CodingKey {
        case name, pages, curve, limits, budget, alternatives, kernel, bounds
        case fewestBuffersPages = "fewest_buffers_pages"
        case allBuffersPages = "all_buffers_pages"
        case limitPages = "limit_pages"
        case givenPages = "given_pages"
        case basePFN = "base_pfn"
        case mebibytes = "area_mib"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        pages = try container.decodeIfPresent(Int.self, forKey: .pages)
        fewestBuffersPages = try container.decodeIfPresent(Int.self, forKey: .fewestBuffersPages)
        allBuffersPages = try container.decodeIfPresent(Int.self, forKey: .allBuffersPages)
        limitPages = try container.decode(Int.self, forKey: .limitPages)
        givenPages = try container.decode(Int.self, forKey: .givenPages)
        basePFN = try container.decodeIfPresent(Int.self, forKey: .basePFN)
        curve = try container.decode([SizePoint].self, forKey: .curve)
        limits = try container.decode(SizeLimits.self, forKey: .limits)
        budget = try container.decodeIfPresent(SizeBudget.self, forKey: .budget)
        alternatives = try container.decode([SizeAlternative].self, forKey: .alternatives)
        kernel = try container.decodeIfPresent(KernelSetting.self, forKey: .kernel)
        bounds = try container.decodeIfPresent(SizeBounds.self, forKey: .bounds)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(pages, forKey: .pages)
        try container.encode(pages.map(ResultPages.mebibytes), forKey: .mebibytes)
        try container.encode(fewestBuffersPages, forKey: .fewestBuffersPages)
        try container.encode(allBuffersPages, forKey: .allBuffersPages)
        try container.encode(limitPages, forKey: .limitPages)
        try container.encode(givenPages, forKey: .givenPages)
        try container.encode(basePFN, forKey: .basePFN)
        try container.encode(curve, forKey: .curve)
        try container.encode(limits, forKey: .limits)
        try container.encodeIfPresent(budget, forKey: .budget)
        try container.encode(alternatives, forKey: .alternatives)
        try container.encodeIfPresent(kernel, forKey: .kernel)
        try container.encodeIfPresent(bounds, forKey: .bounds)
    }
}

/// What the size of an area is made of, and what fails when it is smaller.
public struct SizeLimits: Codable, Sendable, Hashable {
    /// The most that devices held at one moment, at the size that an empty machine needs.
    public var heldPages: Int
    /// The smallest size of the area when nothing else is in memory: what it has above `heldPages` is lost
    /// to alignment and to holes between buffers that come and go.
    public var emptyPages: Int?
    /// The smallest size with the pages that are in use at the start, but none pinned and nothing going on.
    public var unpinnedPages: Int?
    /// The size at which the obstacles were met; null without one.
    public var obstaclesAtPages: Int?
    /// The most frequent first.
    public var obstacles: [SizeObstacleCount]

    public init(
        heldPages: Int, emptyPages: Int?, unpinnedPages: Int?,
        obstacles: (pages: Int, counts: [SizeObstacleCount])?
    ) {
        self.heldPages = heldPages
        self.emptyPages = emptyPages
        self.unpinnedPages = unpinnedPages
        obstaclesAtPages = obstacles?.pages
        self.obstacles = obstacles?.counts ?? []
    }

    enum CodingKeys: String, CodingKey {
        case obstacles
        case heldPages = "held_pages"
        case emptyPages = "empty_pages"
        case unpinnedPages = "unpinned_pages"
        case obstaclesAtPages = "obstacles_at_pages"
    }
}

/// The smallest size that something else would do with, measured like the answer itself.
public struct SizeAlternative: Codable, Sendable, Hashable {
    /// A strategy, or settings of plugins.
    public var name: String
    /// Null when no size up to the limit is enough.
    public var pages: Int?

    public init(name: String, pages: Int?) {
        self.name = name
        self.pages = pages
    }

    private enum CodingKeys: String, CodingKey {
        case name, pages
        case mebibytes = "area_mib"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        pages = try container.decodeIfPresent(Int.self, forKey: .pages)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(pages, forKey: .pages)
        try container.encode(pages.map(ResultPages.mebibytes), forKey: .mebibytes)
    }
}
