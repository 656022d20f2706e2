import Emulation

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
    let name: String
    let role: Role
    private let area: Int
    private let strategy: StrategyChoice?
    /// Whether its devices and log lines carry its name.
    private let lendsName: Bool
    private var devices: Set<Int> = []

    /// - Parameters:
    ///   - area, strategy: of the devices that it announces.
    init(
        machine: EmulatedMachine, name: String, role: Role = .workload, area: Int = 0,
        strategy: StrategyChoice? = nil, lendsName: Bool = false
    ) {
        self.machine = machine
        self.name = name
        self.role = role
        self.area = area
        self.strategy = strategy
        self.lendsName = lendsName
    }

    /// The name that its log lines carry.
    var logName: String? { lendsName ? name : nil }

    /// Announces a device. Where names are lent, the first has just the instance's.
    func registerDevice(named given: String) -> Int? {
        guard case .workload = role, !given.isEmpty else { return nil }
        let device = machine.registerDevice(
            named: !lendsName ? given : devices.isEmpty ? name : "\(name)-\(given)", area: area,
            strategy: strategy)
        if let device { devices.insert(device) }
        return device
    }

    /// Whether a device is this instance's business.
    func owns(device: Int) -> Bool {
        switch role {
        case .workload: devices.contains(device)
        case .strategy(let current): device == current
        }
    }
}
