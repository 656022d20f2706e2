import CDevEmu
import Emulation

/// The table of functions that a plugin is handed (`struct devemu_host`), bound to one machine.
///
/// The functions are plain C functions with the machine as their context argument: a call costs a few
/// nanoseconds more than the work it does.
final class HostTable {
    private let machine: EmulatedMachine
    private let table: UnsafeMutablePointer<devemu_host>

    /// A table over `machine`, which it keeps alive. Plugins must not use it after it is gone.
    init(machine: EmulatedMachine) {
        self.machine = machine
        table = .allocate(capacity: 1)
        var host = devemu_host()
        host.size = UInt32(MemoryLayout<devemu_host>.size)
        host.abi = UInt32(DEVEMU_ABI)
        host.context = Unmanaged.passUnretained(machine).toOpaque()
        host.page_base = HandleSpace.pageBase
        host.page_stride = HandleSpace.stride
        host.device_register = { HostCalls.registerDevice($0, $1) }
        host.dev_get_cma_area = { HostCalls.area($0, $1) }
        host.cma_alloc = { HostCalls.allocate($0, $1, $2, $3, $4) }
        host.cma_release = { HostCalls.release($0, $1, $2, $3) }
        host.ktime_get_ns = { HostCalls.now($0) }
        host.sleep_ns = { HostCalls.sleep($0, $1) }
        host.buffer_set_open = { HostCalls.openSet($0, $1, $2, $3, $4) }
        host.buffer_set_add = { HostCalls.addBuffer($0, $1, $2, $3, $4) }
        host.buffer_set_close = { HostCalls.closeSet($0, $1) }
        host.log = { HostCalls.log($0, $1, $2) }
        table.initialize(to: host)
    }

    deinit { table.deallocate() }

    var address: UnsafeMutableRawPointer { UnsafeMutableRawPointer(table) }
}
