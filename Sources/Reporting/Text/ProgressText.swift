import TextSupport

/// The text of a progress line, at most ten a second: `compare: 37 of 200 runs, about 12 s left`.
///
/// It has no clock of its own: the caller passes the time.
public struct ProgressText: Sendable {
    /// Between two lines, ns.
    public static let interval: UInt64 = 100_000_000

    private let command: String
    private var total: Int
    private let start: UInt64
    private var shown: UInt64?

    /// - Parameters:
    ///   - total: runs in all.
    ///   - now: the time at which the first run starts, ns of any clock that does not go back.
    public init(command: String, total: Int, now: UInt64) {
        self.command = command
        self.total = total
        start = now
    }

    /// Changes the number of runs in all, where it is not known from the start.
    public mutating func expect(_ total: Int) { self.total = total }

    /// The line to show now; nil when the one before is younger than ``interval``.
    ///
    /// - Parameters:
    ///   - done: runs that have ended, 0 ... total.
    ///   - now: ns, of the same clock.
    public mutating func line(done: Int, now: UInt64) -> String? {
        if let shown, now < shown + Self.interval { return nil }
        shown = now
        let line = "\(command): \(done) of \(Human.count(total, "run"))"
        guard done > 0, done < total else { return line }
        let left = Double(now - start) / Double(done) * Double(total - done)
        return line + ", about \(Self.rough(left)) left"
    }

    /// A duration in ns, rounded as an estimate should be: to seconds, from two minutes on to minutes, from two hours
    /// on to hours, from two days on to days.
    public static func rough(_ nanoseconds: Double) -> String {
        let seconds = Int(clamping: (nanoseconds / 1e9).rounded(.up))
        for (size, unit) in [(86_400, "days"), (3600, "h"), (60, "min")] where seconds >= 2 * size {
            return "\((seconds - 1) / size + 1) \(unit)"
        }
        return "\(seconds) s"
    }
}
