/// Processes that run, and what that means for a caller of cma_alloc() on the same CPUs.
final class CPUContention: ProcessorLoad {
    private let cpus: Int
    private let slice: Double
    private var generator: SeededGenerator
    /// Processes that compute at the moment, the caller apart.
    var running = 0
    var callerIsRunning = false
    /// Everybody who computes.
    var runnable: Int { running + (callerIsRunning ? 1 : 0) }
    /// CPU time that the caller has left before somebody else's turn, ns.
    private var credit: Double

    init(cpus: Int, slice: Double, generator: SeededGenerator) {
        self.cpus = cpus
        self.slice = slice
        self.generator = generator
        credit = slice
    }

    func elapsed(computing nanoseconds: UInt64) -> UInt64 {
        guard running >= cpus else { return nanoseconds }
        var elapsed = Double(nanoseconds)
        credit -= elapsed * Double(running + 1 - cpus) / Double(cpus)
        while credit < 0 {
            elapsed += slice * generator.uniform(in: 0.5...1.5)
            credit += slice * generator.exponential()
        }
        return UInt64(elapsed)
    }

    /// The work is queued on every CPU and waits for a grace period; a CPU that writes pages answers
    /// when its system call lets go. The recordings show 0.3 to 20 ms, 2.5 ms in the mean, while
    /// writers run, and nothing while they sleep.
    func flushDelay(first: Bool) -> UInt64 {
        guard running > 0, generator.unit() < (first ? 0.9 : 0.25) else { return 0 }
        if running >= cpus, generator.unit() < 0.25 { return UInt64(generator.uniform(in: 4e6...16e6)) }
        return UInt64(1e6 * generator.logNormal(sigma: 0.6))
    }
}
