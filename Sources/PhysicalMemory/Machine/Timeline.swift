import HeapModule

/// Hands control from one task to another, for a timeline on which several run.
public protocol TaskSwitching: AnyObject {
    /// The task that runs at the moment.
    var current: Int { get }
    /// Lets `task` run; returns when the caller is switched to again.
    func switchTo(_ task: Int)
}

/// The emulated machine's clock and what is going to happen on it, in nanoseconds since its start.
///
/// Time moves only when somebody spends it. Whatever is due meanwhile happens at its own instant, in
/// the order of instants and, for the same instant, in the order of scheduling: the same inputs give
/// the same history.
///
/// Several tasks can share a timeline. Only one runs at a time; when it spends time or waits, those
/// whose turn comes earlier run first. Which one that is depends on instants alone, never on threads.
public final class Timeline {
    private enum Happening {
        case action(() -> Void)
        case resume(task: Int)
    }

    private struct Event: Comparable {
        let instant: UInt64
        let sequence: UInt64
        let happening: Happening

        static func < (a: Event, b: Event) -> Bool {
            (a.instant, a.sequence) < (b.instant, b.sequence)
        }

        static func == (a: Event, b: Event) -> Bool { a.sequence == b.sequence }
    }

    private struct Waiter {
        let task: Int
        let condition: () -> Bool
    }

    public private(set) var now: UInt64 = 0
    private var events = Heap<Event>()
    private var waiters: [Waiter] = []
    private var scheduled: UInt64 = 0
    /// Where the ranks of turns begin among the numbers that order what is due at the same instant.
    private static let ranks: UInt64 = 1 << 63
    /// Instant of the earliest event, the end of time when there is none.
    private var nextInstant = UInt64.max
    private weak var switcher: (any TaskSwitching)?
    /// Whether there ever was one: a weak reference costs more to read.
    private var hasSwitcher = false

    public init() {}

    /// Whether several tasks run on this timeline.
    public var isShared: Bool { hasSwitcher && switcher != nil }

    /// Lets several tasks run on this timeline from now on; nil ends that.
    public func share(by switcher: (any TaskSwitching)?) {
        self.switcher = switcher
        hasSwitcher = switcher != nil
    }

    /// Lets `action` happen `delay` ns from now. It may schedule more, and must not spend time.
    public func schedule(after delay: UInt64, _ action: @escaping () -> Void) {
        insert(.action(action), after: delay)
    }

    /// Lets a task run again `delay` ns from now.
    public func resume(task: Int, after delay: UInt64) { insert(.resume(task: task), after: delay) }

    private func insert(_ happening: Happening, after delay: UInt64) {
        let (instant, overflow) = now.addingReportingOverflow(delay)
        guard !overflow else { return }
        scheduled += 1
        insert(Event(instant: instant, sequence: scheduled, happening: happening))
    }

    private func insert(_ event: Event) {
        events.insert(event)
        nextInstant = min(nextInstant, event.instant)
    }

    /// Lets time pass until `instant`; returns at once when that is over. Of the tasks that wait for
    /// their turn at the same instant, the one with the lowest rank goes first, and all of them after
    /// everything else that is due then.
    ///
    /// - Parameter rank: 0 or more, another one for each turn.
    public func awaitTurn(at instant: UInt64, rank: Int) {
        guard instant >= now else { return }
        guard let switcher else {
            advance(by: instant - now)
            return
        }
        let task = switcher.current
        insert(
            Event(instant: instant, sequence: Self.ranks + UInt64(rank), happening: .resume(task: task)))
        _ = dispatch(task)
    }

    /// Moves the clock on by `nanoseconds`, saturating at the end of time.
    @inline(__always)
    public func advance(by nanoseconds: UInt64) {
        let (sum, overflow) = now.addingReportingOverflow(nanoseconds)
        let target = overflow ? UInt64.max : sum
        if nextInstant <= target || !waiters.isEmpty {
            catchUp(to: target)
        } else {
            now = target
        }
    }

    private func catchUp(to target: UInt64) {
        if hasSwitcher, let switcher {
            resume(task: switcher.current, after: target - now)
            _ = dispatch(switcher.current)
        } else {
            while let event = events.min, event.instant <= target {
                if case .action(let action) = removeFirst().happening { action() }
            }
            now = target
        }
    }

    /// Lets time pass until `condition` holds.
    /// - Returns: false when nothing is left that could make it true.
    public func wait(until condition: @escaping () -> Bool) -> Bool {
        if let switcher {
            if condition() { return true }
            waiters.append(Waiter(task: switcher.current, condition: condition))
            return dispatch(switcher.current)
        }
        while !condition() {
            guard !events.isEmpty else { return false }
            if case .action(let action) = removeFirst().happening { action() }
        }
        return true
    }

    /// The task whose turn it is after everything that is due before; nil when nothing is left to
    /// happen. For a task that has ended.
    public func nextTask() -> Int? {
        while true {
            if let index = waiters.firstIndex(where: { $0.condition() }) {
                return waiters.remove(at: index).task
            }
            guard !events.isEmpty else { return nil }
            switch removeFirst().happening {
            case .action(let action): action()
            case .resume(let task): return task
            }
        }
    }

    /// Lets others run until it is `task`'s turn.
    private func dispatch(_ task: Int) -> Bool {
        guard let next = nextTask() else {
            waiters.removeAll { $0.task == task }
            return false
        }
        if next != task { switcher?.switchTo(next) }
        return true
    }

    /// Drops what is going to happen, for a machine that has ended.
    func forget() {
        events = Heap()
        waiters = []
        nextInstant = .max
    }

    private func removeFirst() -> Event {
        let event = events.removeMin()
        nextInstant = events.min?.instant ?? .max
        now = max(now, event.instant)
        return event
    }
}
