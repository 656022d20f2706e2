import CDevEmu
import Emulation
import Glibc

/// The table of functions that a plugin is handed (`struct devemu_host`), bound to one instance of a plugin.
///
/// The functions are plain C functions with the instance's number as their context argument: a call costs a
/// few nanoseconds more than the work it does. The table cannot be written to: a plugin that tries faults
/// there and then.
final class HostTable {
    private let instance: PluginInstance
    private let number: Int
    private let table: UnsafeMutablePointer<devemu_host>
    private let driverData: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let name: UnsafeMutablePointer<CChar>

    /// A table for `instance`, which it keeps alive. Plugins must not use it after it is gone. Nil when
    /// there is no memory for it, or too many have been made.
    init?(_ instance: PluginInstance) {
        guard let number = InstanceTable.add(instance) else { return nil }
        let memory = mmap(
            nil, MemoryLayout<devemu_host>.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        self.instance = instance
        self.number = number
        table = memory.bindMemory(to: devemu_host.self, capacity: 1)
        driverData = .allocate(capacity: 1)
        driverData.initialize(to: nil)
        let text = Array(instance.name.utf8CString)
        name = .allocate(capacity: text.count)
        name.initialize(from: text, count: text.count)
        var host = devemu_host()
        host.size = UInt32(MemoryLayout<devemu_host>.size)
        host.abi = UInt32(DEVEMU_ABI)
        host.context = HandleSpace.pointer(HandleSpace.contexts, number).map { UnsafeMutableRawPointer($0) }
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
        host.cma_gather = { HostCalls.gather($0, $1, $2, $3, $4, $5) }
        host.cma_alloc_effort = { HostCalls.allocate($0, $1, $2, $3, $4) }
        host.cma_next_window = { HostCalls.nextWindow($0, $1, $2, $3, $4) }
        host.cma_try_window = { HostCalls.tryWindow($0, $1, $2, $3, $4) }
        host.cma_look = { HostCalls.look($0, $1, $2, $3, $4) }
        host.cma_drain_all = { HostCalls.drainAll($0, $1) }
        host.cma_pages = { HostCalls.pages($0, $1) }
        host.driver_data = driverData
        host.instance_name = UnsafePointer(name)
        host.dma_set_limits = { HostCalls.setLimits($0, $1, $2) }
        host.buffer_set_add_segments = { HostCalls.addSegments($0, $1, $2, $3, $4, $5) }
        host.buffer_set_remove = { HostCalls.removeBuffer($0, $1, $2) }
        host.stream_on = { HostCalls.startStream($0, $1, $2, $3, $4, $5) }
        host.stream_off = { HostCalls.stopStream($0, $1) }
        host.stream_queue = { HostCalls.queueBuffer($0, $1, $2) }
        host.stream_dequeue = { HostCalls.dequeueBuffer($0, $1, $2) }
        host.dma_job = { HostCalls.runJob($0, $1, $2, $3, $4) }
        host.buffer_map = { HostCalls.mapBuffer($0, $1, $2, $3) }
        host.buffer_unmap = { HostCalls.unmapBuffer($0, $1, $2) }
        table.initialize(to: host)
        mprotect(memory, MemoryLayout<devemu_host>.size, PROT_READ)
    }

    deinit {
        InstanceTable.remove(number)
        munmap(table, MemoryLayout<devemu_host>.size)
        driverData.deallocate()
        name.deallocate()
    }

    var fields: devemu_host { table.pointee }

    var address: UnsafeMutableRawPointer { UnsafeMutableRawPointer(table) }
}
