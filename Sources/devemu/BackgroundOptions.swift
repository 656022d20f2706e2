import ArgumentParser
import Emulation
import PhysicalMemory
import TextSupport

/// What else goes on in the machine, as the command line describes it. Nothing by default.
struct BackgroundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("CPUs of the machine (default 2).", valueName: "number"))
    var cpus: Int?

    @Option(
        help: ArgumentHelp(
            "Processes that write files of 8 MiB round and round, with an fsync after every fourth.",
            valueName: "number"))
    var writers: Int?

    @Option(
        help: ArgumentHelp("What the disk behind the writers takes, MB/s (default 20).", valueName: "MB/s"))
    var disk: Int?

    @Option(
        help: ArgumentHelp(
            "Processes with anonymous memory, as NUMBERxSIZE, for example 4x32M.", valueName: "NxSIZE"))
    var processes: String?

    @Option(
        help: ArgumentHelp("Memory that each of them exchanges in a second (default 4M).", valueName: "size"))
    var turnover: String?

    @Flag(help: "Their memory is in transparent huge pages: a pin on one page of it holds the whole.")
    var thp = false

    @Flag(help: "Their memory is locked with mlock(): it is never reclaimed, but still moved.")
    var mlock = false

    @Option(
        help: ArgumentHelp(
            "Short pins a second on random pages of the area: fork, O_DIRECT.", valueName: "number"))
    var transientPins: Int?

    @Option(help: ArgumentHelp("Page locks a second on random pages of the area.", valueName: "number"))
    var pageLocks: Int?

    @Option(
        help: ArgumentHelp(
            "Emulated time that all this goes on before the plugin starts, in seconds without a unit (default 15s).",
            valueName: "duration"))
    var warmUp: String?

    @Option(help: "Bytes behind the pages: none, or memory (real ones, checked at the end).")
    var backing = Backing.none

    enum Backing: String, ExpressibleByArgument, CaseIterable {
        case none, memory
    }

    /// Adds the load to a machine.
    func apply(to machine: inout MachineConfiguration) throws(CommandFailure) {
        let (writers, disk) = (writers ?? 0, disk ?? 20)
        let (transientPins, pageLocks) = (transientPins ?? 0, pageLocks ?? 0)
        try check(writers, "--writers", 0...64)
        try check(disk, "--disk", 1...100_000)
        try check(transientPins, "--transient-pins", 0...1_000_000)
        try check(pageLocks, "--page-locks", 0...1_000_000)
        if let cpus {
            try checkCPUs(of: machine)
            try check(cpus, "--cpus", 1...256)
            machine.cpus = cpus
        }
        if writers > 0 {
            machine.background.writers = WriterLoad(writers: writers, diskBytesPerSecond: disk * 1_000_000)
        }
        machine.background.anonymous = try anonymous(memoryPages: machine.memoryPages)
        if transientPins > 0 || pageLocks > 0 {
            machine.background.references = ReferenceLoad(
                pinsPerSecond: transientPins, locksPerSecond: pageLocks)
        }
        let warmUp = try warmUpDuration()
        if let warmUp, machine.background.isEmpty, warmUp.nanoseconds > 0 {
            throw CommandFailure(
                .configuration, "--warm-up without anything that goes on: add --writers or another load")
        }
        machine.warmUpNanoseconds = warmUp?.nanoseconds ?? 15_000_000_000
        machine.hasContents = backing == .memory
    }

    /// Refuses a number of CPUs for a machine that was recorded with its own.
    func checkCPUs(of machine: MachineConfiguration) throws(CommandFailure) {
        if cpus != nil, case .recorded = machine.start {
            throw CommandFailure(.configuration, "--cpus and --state both say what the machine is: drop one")
        }
    }

    /// What `--warm-up` says; nil without it.
    func warmUpDuration() throws(CommandFailure) -> EmulatedDuration? {
        guard let warmUp else { return nil }
        let duration: EmulatedDuration
        do {
            duration = try EmulatedDuration(parsing: warmUp, defaultUnit: "s")
        } catch {
            throw CommandFailure(.usage, "--warm-up: \(error)")
        }
        guard duration.nanoseconds <= 3_600_000_000_000 else {
            throw CommandFailure(.usage, "--warm-up '\(warmUp)' is more than 60min")
        }
        return duration
    }

    private func anonymous(memoryPages: Int) throws(CommandFailure) -> AnonymousLoad? {
        guard let processes else {
            guard !thp, !mlock else {
                throw CommandFailure(
                    .configuration,
                    "\(thp ? "--thp" : "--mlock") without processes that it is about: add --processes 4x32M")
            }
            return nil
        }
        let parts = processes.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), (1...256).contains(number),
            let size = MemorySize(parsing: String(parts[1])), size.pages > 0,
            size.pages <= memoryPages / number
        else {
            throw CommandFailure(
                .usage, "--processes '\(processes)' is not NUMBERxSIZE that fits in memory; write 4x32M")
        }
        let turnoverText = turnover ?? "4M"
        let turnover = try MemorySize(turnoverText, of: "--turnover")
        return AnonymousLoad(
            processes: number, residentPages: size.pages, turnoverPagesPerSecond: turnover.pages,
            usesHugePages: thp, isLocked: mlock)
    }

    private func check(_ value: Int, _ name: String, _ range: ClosedRange<Int>) throws(CommandFailure) {
        guard range.contains(value) else {
            throw CommandFailure(
                .usage, "\(name) \(value) is not between \(range.lowerBound) and \(range.upperBound)")
        }
    }
}
