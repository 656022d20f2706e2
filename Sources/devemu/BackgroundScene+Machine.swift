import Emulation
import PhysicalMemory
import Scenes

extension BackgroundScene {
    /// Adds the load to a machine.
    func apply(to machine: inout MachineConfiguration) {
        if writers > 0 {
            machine.background.writers = WriterLoad(
                writers: writers, diskBytesPerSecond: diskMegabytesPerSecond * 1_000_000)
        }
        if let processes {
            machine.background.anonymous = AnonymousLoad(
                processes: processes.count, residentPages: processes.residentPages,
                turnoverPagesPerSecond: turnoverPagesPerSecond, usesHugePages: processes.usesHugePages,
                isLocked: processes.isLocked)
        }
        if transientPinsPerSecond > 0 || pageLocksPerSecond > 0 {
            machine.background.references = ReferenceLoad(
                pinsPerSecond: transientPinsPerSecond, locksPerSecond: pageLocksPerSecond)
        }
        machine.warmUpNanoseconds = warmUpNanoseconds
    }
}
