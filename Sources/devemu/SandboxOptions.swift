import ArgumentParser
import Emulation
import PhysicalMemory
import PluginHost
import WorkerProcess

/// How far the process of a plugin is confined, and its limits.
struct SandboxOptions: ParsableArguments {
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case on, off, strict
    }

    @Option(
        help: ArgumentHelp(
            "Keep plugins from writing files, the network, other programs and processes: on as far as the kernel "
                + "can, strict to refuse a kernel that cannot, off (default on).", valueName: "choice"))
    var sandbox: Choice?

    @Option(
        help: ArgumentHelp(
            "Address space of a plugin's process (default: 4G more than the machine needs).",
            valueName: "size"
        ))
    var memoryLimit: String?

    /// Bytes beside the machine's own, unless said otherwise.
    private static let spareMemory: UInt64 = 4 << 30
    /// A thread's stack and its part of the heap.
    private static let memoryOfThread: UInt64 = 80 << 20
    private static let openFiles: UInt64 = 256
    private static let fileSize: UInt64 = 1 << 30

    private func choice() throws(CommandFailure) -> Choice {
        if let sandbox { return sandbox }
        guard let text = Terminal.environment("DEVEMU_SANDBOX") else { return .on }
        guard let choice = Choice(rawValue: text) else {
            throw CommandFailure(.usage, "DEVEMU_SANDBOX '\(text)' is not on, off or strict")
        }
        return choice
    }

    /// To be called once before workers are started: says what of a sandbox this kernel lacks.
    ///
    /// - Throws: ``CommandFailure`` with exit code 69 when `strict` is asked for and the kernel lacks a part.
    func prepare() throws(CommandFailure) {
        let choice = try choice()
        guard choice != .off else { return }
        if let shortfall = Sandbox.available.shortfall {
            guard choice == .on else {
                throw CommandFailure(.pluginRefused, "--sandbox strict does not run here: \(shortfall)")
            }
            Terminal.complain("the sandbox is not whole: \(shortfall)")
        }
        Sandbox.prepare()
    }

    private func memory(of run: PluginRun) throws(CommandFailure) -> UInt64 {
        if let memoryLimit {
            let size = try MemorySize(memoryLimit, of: "--memory-limit")
            guard size.bytes > 0 else {
                throw CommandFailure(
                    .usage, "--memory-limit '\(memoryLimit)' is not a size above 0; write 512M")
            }
            return UInt64(size.bytes)
        }
        let machine = run.machine
        let contents = machine.hasContents ? UInt64(machine.geometry.bytes(of: machine.memoryPages)) : 0
        // What the host keeps of a page frame, in every table together.
        let frames = UInt64(machine.memoryPages) * 64
        let tasks = run.instances.count + (run.workload?.loads.count ?? 0)
        return Self.spareMemory + frames + contents + UInt64(tasks) * Self.memoryOfThread
    }

    /// The sandbox of a worker of this run, which is still to get its scratch folder.
    ///
    /// - Parameter timeout: s of real time that the run has.
    func sandbox(for run: PluginRun, timeout: Double) throws(CommandFailure) -> Sandbox {
        let memory = try memory(of: run)
        let contents =
            run.machine.hasContents ? UInt64(run.machine.geometry.bytes(of: run.machine.memoryPages)) : 0
        var sandbox = Sandbox(
            limits: ResourceLimits(
                // A worker that its supervisor does not end has hung in several threads, or escaped.
                addressSpace: memory, processorSeconds: UInt64(timeout.rounded(.up)) + 2,
                openFiles: Self.openFiles, fileSize: max(Self.fileSize, contents)))
        let choice = try choice()
        sandbox.isConfining = choice != .off
        sandbox.isStrict = choice == .strict
        return sandbox
    }
}
