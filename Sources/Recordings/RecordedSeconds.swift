import PhysicalMemory

/// The seconds of a recording's own time, for what a kernel does once a second: it lets the lists of each CPU decay.
///
/// Time is that of the recorded calls, whose sum is what is known of it; when the kernel's second began is not, and
/// is taken to be when the first call did.
struct RecordedSeconds {
    private static let second = 1_000_000_000
    private var elapsed = 0
    private var next = second

    /// Ends the decay with emulated time.
    init(on memory: MachineMemory) { memory.stopDecay() }

    /// Lets the recorded time of a step pass; its lists decay before it when a second ends in it.
    mutating func pass(_ step: Recording.Step, on memory: MachineMemory) {
        switch step {
        case .allocate(let call): elapsed += call.nanoseconds
        case .release(_, _, _, let nanoseconds, _): elapsed += nanoseconds
        case .pages, .pin, .free, .zone, .lists, .folios: return
        }
        while elapsed >= next {
            for cpu in 0..<memory.cpuCount { memory.decayLists(cpu: cpu) }
            next += Self.second
        }
    }
}
