/// The kernel's trace that a run took its requests from, and how far it could follow it.
public struct TraceRecord: Codable, Sendable, Hashable {
    /// After its file.
    public var name: String
    /// Calls of cma_alloc() in the trace, and those that failed there.
    public var calls: Int
    public var failedCalls: Int
    public var releases: Int
    /// Releases of pages that this run had not got, so that there was nothing to give back.
    public var releasesLeftOut = 0
    /// Releases of pages that were allocated before the trace began, or whose allocation was lost.
    public var unknownReleases = 0
    /// Calls whose end the trace does not have; they are not made.
    public var unfinishedCalls = 0
    /// Places at which the trace lost events.
    public var losses = 0
    /// Requests that came late, because the one before of the same driver took longer than in the kernel.
    public var lateRequests = 0
    /// What the trace does not tell, as it was assumed.
    public var assumed: [String] = []

    public init(name: String, calls: Int, failedCalls: Int, releases: Int) {
        self.name = name
        self.calls = calls
        self.failedCalls = failedCalls
        self.releases = releases
    }

    enum CodingKeys: String, CodingKey {
        case name, calls, releases, losses, assumed
        case failedCalls = "failed_calls"
        case releasesLeftOut = "releases_left_out"
        case unknownReleases = "unknown_releases"
        case unfinishedCalls = "unfinished_calls"
        case lateRequests = "late_requests"
    }
}
