import HeapModule

/// The emulated machine's clock and what is going to happen on it, in nanoseconds since its start.
///
/// Time moves only when somebody spends it. Whatever is due meanwhile happens at its own instant, in
/// the order of instants and, for the same instant, in the order of scheduling: the same inputs give
/// the same history.
public final class Timeline {
    private struct Event: Comparable {
        let instant: UInt64
        let sequence: UInt64
        let action: () -> Void

        static func < (a: Event, b: Event) -> Bool {
            (a.instant, a.sequence) < (b.instant, b.sequence)
        }

        static func == (a: Event, b: Event) -> Bool { a.sequence == b.sequence }
    }

    public private(set) var now: UInt64 = 0
    private var events = Heap<Event>()
    private var scheduled: UInt64 = 0
    /// Instant of the earliest event, the end of time when there is none.
    private var nextInstant = UInt64.max

    public init() {}

    /// Lets `action` happen `delay` ns from now. It may schedule more, and must not spend time.
    public func schedule(after delay: UInt64, _ action: @escaping () -> Void) {
        let (instant, overflow) = now.addingReportingOverflow(delay)
        guard !overflow else { return }
        scheduled += 1
        events.insert(Event(instant: instant, sequence: scheduled, action: action))
        nextInstant = min(nextInstant, instant)
    }

    /// Moves the clock on by `nanoseconds`, saturating at the end of time.
    @inline(__always)
    public func advance(by nanoseconds: UInt64) {
        let (sum, overflow) = now.addingReportingOverflow(nanoseconds)
        let target = overflow ? UInt64.max : sum
        if nextInstant <= target { runEvents(until: target) }
        now = target
    }

    private func runEvents(until target: UInt64) {
        while let event = events.min, event.instant <= target {
            events.removeMin()
            nextInstant = events.min?.instant ?? .max
            now = event.instant
            event.action()
        }
    }

    /// Lets time pass until `condition` holds, checked after every event.
    /// - Returns: false when nothing is left that could make it true.
    public func wait(until condition: () -> Bool) -> Bool {
        while !condition() {
            guard let event = events.popMin() else { return false }
            nextInstant = events.min?.instant ?? .max
            now = event.instant
            event.action()
        }
        return true
    }
}
