import PhysicalMemory

extension Recording {
    /// Whether several tasks made the calls, each of which says then who made it and when it began.
    var isOfSeveralTasks: Bool {
        steps.contains { step in
            switch step {
            case .allocate(let call): call.caller != nil
            case .release(_, _, _, _, let caller): caller != nil
            case .pages, .pin, .free, .zone, .lists, .folios: false
            }
        }
    }
}

/// Executes the calls of several tasks in the order in which they claimed and gave back pages.
///
/// The lines of such a recording are in the order in which calls ended. A call of cma_alloc() claims the bits of a
/// window before it waits for the mutex, so that its first window is claimed when it begins; a call of cma_release()
/// gives its bits back when it ends. A window that is refused stays claimed until the next one is tried: the recording
/// does not say when that was, so that the windows of a call are taken to be spread evenly over its time.
struct TaskReplay {
    /// A call on its way from window to window.
    private struct Call {
        let recorded: Recording.Allocation
        let number: Int
        let area: ContiguousArea
        let begin: Int
        var outcome = AllocationOutcome()
        /// Where the search goes on, in pages.
        var next = 0
        var busy: [Int] = []
        /// The refused window that is claimed still.
        var claimed: Range<Int>?

        var request: AllocationRequest {
            AllocationRequest(count: recorded.count, align: recorded.align)
        }

        /// When the window after those refused so far is claimed, ns.
        var instantOfNextWindow: Int {
            let windows = recorded.busy.count + 1
            return begin + recorded.nanoseconds / windows * min(busy.count, windows - 1)
        }
    }

    private enum Happening {
        case window(of: Call)
        case release(offset: Int, count: Int, area: ContiguousArea, cpu: Int)
    }

    private struct Event {
        let instant: Int
        let happening: Happening
    }

    private let mode: AllocationMode
    private let memory: MachineMemory
    /// Ascending by instant; what comes at the same instant is in the order of the recording.
    private var events: [Event] = []

    /// - Throws: `RecordingError` for a mode with a last-failed cache: no recording of several tasks uses one.
    init(_ recording: Recording, mode: AllocationMode, on memory: MachineMemory) throws(RecordingError) {
        guard !mode.cachesLastFailure else {
            throw RecordingError(
                .malformed(
                    field: "mode", found: recording.mode,
                    expected: "a mode without a last-failed cache, as several tasks made the calls"), line: 3)
        }
        self.mode = mode
        self.memory = memory
        var calls = 0
        for step in recording.steps {
            switch step {
            case .allocate(let call):
                calls += 1
                let begin = call.caller?.startNanoseconds ?? 0
                let area = memory.areas[call.caller?.area ?? 0]
                events.append(
                    Event(
                        instant: begin,
                        happening: .window(of: Call(recorded: call, number: calls, area: area, begin: begin)))
                )
            case .release(let offset, let count, true, let nanoseconds, let caller):
                events.append(
                    Event(
                        instant: (caller?.startNanoseconds ?? 0) + nanoseconds,
                        happening: .release(
                            offset: offset, count: count, area: memory.areas[caller?.area ?? 0],
                            cpu: (caller?.task ?? 0) % memory.cpuCount)))
            case .release, .pages, .pin, .free, .zone, .lists, .folios: break
            }
        }
        let order = events.indices.sorted { (events[$0].instant, $0) < (events[$1].instant, $1) }
        events = order.map { events[$0] }
    }

    /// Executes every call.
    /// - Parameter onEnd: is given each call, its number in the recording, and what the emulated machine decided.
    mutating func run(
        onEnd: (Recording.Allocation, Int, ContiguousArea, AllocationOutcome, [Int]) -> Void
    ) {
        var index = 0
        while index < events.count {
            switch events[index].happening {
            case .release(let offset, let count, let area, let cpu):
                area.release(offset: offset, count: count, cpu: cpu)
            case .window(var call):
                if tryNextWindow(&call) {
                    onEnd(call.recorded, call.number, call.area, call.outcome, call.busy)
                } else {
                    insert(
                        Event(instant: call.instantOfNextWindow, happening: .window(of: call)), after: index)
                }
            }
            index += 1
        }
    }

    private mutating func insert(_ event: Event, after index: Int) {
        var place = index + 1
        while place < events.count, events[place].instant <= event.instant { place += 1 }
        events.insert(event, at: place)
    }

    /// - Returns: whether the call has ended with this window.
    private func tryNextWindow(_ call: inout Call) -> Bool {
        if let claimed = call.claimed {
            call.area.unclaim(claimed)
            call.claimed = nil
        }
        if call.busy.isEmpty { call.outcome = call.area.beginCall() }
        defer { call.area.endCall(&call.outcome) }
        guard let offset = call.area.nextWindow(from: call.next, for: call.request) else {
            call.outcome.errno = call.busy.isEmpty ? memory.kernel.search.withoutWindow : .busy
            return true
        }
        let window = offset..<offset + call.recorded.count
        let cpu = (call.recorded.caller?.task ?? 0) % memory.cpuCount
        if call.area.tryWindow(window, mode: mode, cpu: cpu, into: &call.outcome) {
            call.outcome.offset = offset
            return true
        }
        guard call.outcome.errno == .busy else { return true }
        call.busy.append(offset)
        call.next = call.area.searchResumption(after: offset, for: call.request, mode: mode)
        call.claimed = window
        call.area.claim(window)
        return false
    }
}
