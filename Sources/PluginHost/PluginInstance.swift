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
    var role: Role

    init(machine: EmulatedMachine, role: Role = .workload) {
        self.machine = machine
        self.role = role
    }

    /// Whether a device is this instance's business.
    func owns(device: Int) -> Bool {
        switch role {
        case .workload: true
        case .strategy(let current): device == current
        }
    }
}
