public import PhysicalMemory

/// A recording executed again, call by call, against the emulated allocator.
public struct Replay: Sendable {
    /// One side of a call: where it ended and which windows it refused on the way.
    public struct Decision: Sendable, Equatable {
        /// Pages from the area's base; nil for a failed call.
        public var offset: Int?
        /// 0, or the negative errno of a failed call.
        public var errno: Int
        /// Offsets of refused windows, in order.
        public var busy: [Int]
    }

    public struct Difference: Sendable, Equatable {
        /// 1-based number of the call.
        public var call: Int
        public var request: AllocationRequest
        public var kernel: Decision
        public var emulated: Decision
    }

    public var mode: AllocationMode
    public var calls = 0
    /// Calls whose decision equals the kernel's in every part.
    public var exact = 0
    public var differences: [Difference] = []
    /// Time of all calls, ns: the recorded guest's and the emulated machine's.
    public var kernelNanoseconds = 0
    public var emulatedNanoseconds = 0

    /// Sets up the recorded start state and executes each call in the recorded mode.
    ///
    /// After a call that ends elsewhere than the kernel's, the emulated area takes over the kernel's
    /// result, so that each call is judged on what came before it in the recording.
    /// - Throws: `RecordingError` when the recording's mode or area is none that devemu knows.
    public init(of recording: Recording) throws(RecordingError) {
        guard let mode = AllocationMode(named: recording.mode) else {
            throw RecordingError(
                .malformed(
                    field: "mode", found: recording.mode,
                    expected: AllocationMode.named.map(\.name).joined(separator: ", ")), line: 3)
        }
        self.mode = mode
        let area = try MachineMemory.area(startOf: recording)
        area.recordsBusyWindows = true
        for step in recording.steps {
            switch step {
            case .allocate(let call): execute(call, on: area)
            case .release(let offset, let count, let accepted, _):
                if accepted { area.release(offset: offset, count: count) }
            case .pages, .pin, .free: break
            }
        }
    }

    private mutating func execute(_ call: Recording.Allocation, on area: ContiguousArea) {
        calls += 1
        let request = AllocationRequest(count: call.count, align: call.align)
        let outcome = area.allocate(request, mode: mode)
        kernelNanoseconds += call.nanoseconds
        emulatedNanoseconds += Int(outcome.durationNanoseconds)
        let windows = area.busyWindows.prefix(Recording.busyLimit)
        if outcome.offset == call.offset, (outcome.errno?.rawValue ?? 0) == call.errno,
            windows.elementsEqual(call.busy)
        {
            exact += 1
            return
        }
        differences.append(
            Difference(
                call: calls, request: request,
                kernel: Decision(offset: call.offset, errno: call.errno, busy: call.busy),
                emulated: Decision(
                    offset: outcome.offset, errno: outcome.errno?.rawValue ?? 0, busy: Array(windows))))
        if outcome.offset != call.offset {
            if let offset = outcome.offset { area.release(offset: offset, count: call.count) }
            if let offset = call.offset { area.hold(offset: offset, count: call.count) }
        }
    }
}
