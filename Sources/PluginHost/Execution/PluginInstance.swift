import CShims
import Emulation
import Glibc

/// One running instance of a plugin, as the context of its host table names it.
final class PluginInstance {
    /// What the plugin may ask of the host.
    enum Role {
        /// Devices of its own; allocations go through the run's strategy.
        case workload
        /// Gathers for the device of this number; allocations are exactly what is asked for.
        case strategy(device: Int)
    }

    let machine: EmulatedMachine
    let session: HostSession
    /// The session's, a step nearer.
    let recorder: UnsafeMutablePointer<flight_recorder>
    let name: String
    let role: Role
    /// What the flight recorder knows it by: the same for all that work for one instance of the run.
    let number: UInt32
    /// The thread that runs one of its functions; zero when none does.
    private var thread: pthread_t = 0
    private let area: Int
    private let strategy: StrategyChoice?
    /// Whether its devices and log lines carry its name.
    private let lendsName: Bool
    /// Its devices, and for each number of a device whether it is one of them.
    private var deviceCount = 0
    private var isOwn: [Bool] = []

    /// - Parameters:
    ///   - number: of the instance in the run's order; a strategy's is behind all of these.
    ///   - area, strategy: of the devices that it announces.
    init(
        machine: EmulatedMachine, session: HostSession, name: String, number: Int, role: Role = .workload,
        area: Int = 0, strategy: StrategyChoice? = nil, lendsName: Bool = false
    ) {
        self.machine = machine
        self.session = session
        recorder = session.recorder
        self.number = UInt32(number)
        self.name = name
        self.role = role
        self.area = area
        self.strategy = strategy
        self.lendsName = lendsName
    }

    /// Calls a function of the plugin, which may call the host until it returns.
    func run<R>(_ body: () throws -> R) rethrows -> R {
        let (outerThread, outerRunning) = (thread, recorder.pointee.running)
        thread = pthread_self()
        recorder.pointee.running = number + 1
        defer {
            thread = outerThread
            recorder.pointee.running = outerRunning
        }
        return try body()
    }

    /// Ends the run unless the calling thread is the one that may call.
    @inline(__always)
    func checkThread(in function: HostFunction) {
        guard thread != pthread_self() else { return }
        session.abandon(thread == 0 ? .callAfterReturn : .foreignThread, in: function)
    }

    /// The name that its log lines carry.
    var logName: String? { lendsName ? name : nil }

    /// Announces a device. Where names are lent, the first has just the instance's.
    func registerDevice(named given: String) -> Int? {
        guard case .workload = role, !given.isEmpty else { return nil }
        let device = machine.registerDevice(
            named: !lendsName ? given : deviceCount == 0 ? name : "\(name)-\(given)", area: area,
            strategy: strategy)
        if let device {
            isOwn += [Bool](repeating: false, count: device - isOwn.count) + [true]
            deviceCount += 1
        }
        return device
    }

    /// Whether the device of this number is this instance's business.
    @inline(__always)
    func owns(device: Int) -> Bool {
        switch role {
        case .workload: device < isOwn.count && isOwn[device]
        case .strategy(let current): device == current
        }
    }
}
