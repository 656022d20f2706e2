import Measurement
import PhysicalMemory

/// How the pages of an area changed in the course of a run, at most `limit` moments of it.
///
/// When there are too many, or what they changed is too much, every second one is left out, and from then on
/// twice as many calls go by from one to the next.
struct AreaFrames {
    static let limit = 240
    /// Most numbers of all changes together: what a page of a report can bear.
    static let numberLimit = 400_000

    let start: PageRuns
    private var frames: [(nanoseconds: UInt64, runs: PageRuns)] = []
    private var numbers = 0
    /// Calls from one frame to the next, and those since the last.
    private var stride = 1
    private var calls = 0

    init(start: PageRuns) { self.start = start }

    /// A call has changed the area; whether it is time for a frame.
    mutating func isDue() -> Bool {
        calls += 1
        return calls >= stride
    }

    /// - Parameter now: ns. What another CPU does meanwhile may be told of ahead of its time: a frame is put no
    ///   earlier than the one before.
    mutating func add(_ runs: PageRuns, at now: UInt64) {
        calls = 0
        let now = max(now, frames.last?.nanoseconds ?? 0)
        if frames.last?.nanoseconds == now { frames.removeLast() }
        numbers += runs.changes(since: frames.last?.runs ?? start).count
        frames.append((now, runs))
        while frames.count >= Self.limit || numbers > Self.numberLimit, frames.count > 2 {
            // The last one stays: it is how things are.
            let last = frames.count - 1
            frames = frames.indices.filter { $0 % 2 == last % 2 }.map { frames[$0] }
            stride *= 2
            numbers = changes.reduce(0) { $0 + $1.changes.count }
        }
    }

    /// Each frame as what it changed.
    var changes: [MapFrame] {
        var before = start
        return frames.map { frame in
            defer { before = frame.runs }
            return MapFrame(nanoseconds: frame.nanoseconds, changes: frame.runs.changes(since: before))
        }
    }
}
