/// The calls of a trace: its events put together by task, in the order in which their results stood.
public struct FTraceHistory: Sendable {
    /// One cma_alloc().
    public struct Call: Sendable, Hashable {
        public enum Result: Sendable, Hashable {
            /// The first page frame.
            case pages(pfn: Int)
            /// A negative errno.
            case failed(errno: Int)
        }

        public var area: String
        public var task: String
        public var count: Int
        public var align: Int
        /// On the trace's clock, ns.
        public var startNanoseconds: UInt64
        public var nanoseconds: UInt64
        /// First page frames of the windows that were refused, in order.
        public var busy: [Int]
        public var result: Result
        /// Pages that the migrate stages moved, in a trace that tells it.
        public var migrated: Int?
        /// Line of the event that ended it.
        public var line: Int
        /// Whether every event of the call is in the trace.
        public var isWhole: Bool
    }

    public struct Release: Sendable, Hashable {
        public var area: String
        public var task: String
        public var pfn: Int
        public var count: Int
        public var nanoseconds: UInt64
        public var line: Int
    }

    public enum Step: Sendable, Hashable {
        case call(Call)
        case release(Release)

        public var line: Int {
            switch self {
            case .call(let call): call.line
            case .release(let release): release.line
            }
        }

        public var area: String {
            switch self {
            case .call(let call): call.area
            case .release(let release): release.area
            }
        }
    }

    public private(set) var steps: [Step] = []
    /// Names of the areas in the order in which they appear.
    public private(set) var areas: [String] = []
    /// Calls that had not ended when the trace did, or whose end was lost.
    public private(set) var unfinishedCalls = 0
    /// Pages of an area, where a kernel tells.
    public private(set) var areaPages: [String: Int] = [:]

    private struct Pending {
        var event: FTrace.Event
        var busy: [Int] = []
        var isWhole = true
        var migrated: Int?
    }

    /// A call counts at its end, when its result stood: calls of several tasks that overlap follow each
    /// other in that order.
    public init(_ trace: FTrace) {
        var pending: [Int: Pending] = [:]
        var losses = trace.losses[...]
        var migrations = trace.migrations[...]
        for event in trace.events {
            while let migration = migrations.first, migration.line < event.line {
                migrations = migrations.dropFirst()
                guard let open = pending[migration.pid] else { continue }
                let (sum, isTooMuch) = (open.migrated ?? 0).addingReportingOverflow(migration.migrated)
                pending[migration.pid]?.migrated = isTooMuch ? .max : sum
            }
            while let loss = losses.first, loss.line < event.line {
                for pid in pending.keys { pending[pid]?.isWhole = false }
                losses = losses.dropFirst()
            }
            note(event)
            switch event.kind {
            case .start:
                if let open = pending.updateValue(Pending(event: event), forKey: event.pid) { end(open) }
            case .busyRetry:
                guard let pfn = event.pfn else { continue }
                if pending[event.pid] == nil {
                    pending[event.pid] = Pending(event: event, isWhole: false)
                }
                pending[event.pid]?.busy.append(pfn)
            case .finish, .placed: finish(event, pending.removeValue(forKey: event.pid))
            case .release:
                guard let pfn = event.pfn else { continue }
                steps.append(
                    .release(
                        Release(
                            area: event.area, task: event.task, pfn: pfn, count: event.count,
                            nanoseconds: event.nanoseconds, line: event.line)))
            }
        }
        unfinishedCalls += pending.count
        steps.sort { $0.line < $1.line }
    }

    private mutating func note(_ event: FTrace.Event) {
        if !areas.contains(event.area) { areas.append(event.area) }
        if let pages = event.areaPages { areaPages[event.area] = pages }
    }

    /// A call without an end: Linux 6.1 and 6.12 trace none when more is asked for than the area has.
    private mutating func end(_ open: Pending) {
        guard open.isWhole, open.event.kind == .start, open.busy.isEmpty else {
            unfinishedCalls += 1
            return
        }
        let event = open.event
        steps.append(
            .call(
                Call(
                    area: event.area, task: event.task, count: event.count, align: event.align,
                    startNanoseconds: event.nanoseconds, nanoseconds: 0, busy: [],
                    result: .failed(errno: Self.noMemory), line: event.line, isWhole: true)))
    }

    private mutating func finish(_ event: FTrace.Event, _ open: Pending?) {
        let busy = open?.busy ?? []
        let result: Call.Result
        if event.hasPage, let pfn = event.pfn {
            result = .pages(pfn: pfn)
        } else if let errno = event.errno, errno != 0 {
            result = .failed(errno: errno)
        } else {
            // Linux 6.1 does not print the errno: it is -EBUSY when the last window tried was refused so.
            let isBusy = busy.last != nil && busy.last == event.pfn
            result = .failed(errno: isBusy ? Self.busy : Self.noMemory)
        }
        let began = open?.event.nanoseconds ?? event.nanoseconds
        steps.append(
            .call(
                Call(
                    area: event.area, task: event.task, count: event.count, align: event.align,
                    startNanoseconds: began, nanoseconds: event.nanoseconds - min(began, event.nanoseconds),
                    busy: busy, result: result, migrated: open?.migrated, line: event.line,
                    isWhole: event.kind == .finish && (open?.isWhole ?? false)
                        && open?.event.kind == .start)))
    }

    private static let noMemory = -12
    private static let busy = -16
}
