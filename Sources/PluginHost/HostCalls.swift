import CDevEmu
import Emulation
import Glibc
import PhysicalMemory

/// What stands behind each entry of the host table: handles are turned into indices, wrong ones are
/// answered as the header promises, and the machine does the rest.
enum HostCalls {
    @inline(__always)
    static func instance<R>(_ context: UnsafeMutableRawPointer?, _ body: (PluginInstance) -> R) -> R {
        // The context is the plugin's copy of a field of ours: a plugin that passes another one has
        // left the contract, and this process is there to die of it.
        guard let context else { preconditionFailure("devemu: a plugin passed no context") }
        return Unmanaged<PluginInstance>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    @inline(__always)
    private static func with<R>(_ context: UnsafeMutableRawPointer?, _ body: (EmulatedMachine) -> R) -> R {
        instance(context) { body($0.machine) }
    }

    /// The device behind its own handle, if it is this instance's.
    private static func announcedDevice(_ instance: PluginInstance, _ device: OpaquePointer?) -> Int? {
        HandleSpace.index(device, HandleSpace.devices, below: instance.machine.deviceCount)
            .flatMap { instance.owns(device: $0) ? $0 : nil }
    }

    /// The device behind an area's handle, if it is this instance's.
    @inline(__always)
    static func device(_ instance: PluginInstance, _ area: OpaquePointer?) -> Int? {
        HandleSpace.index(area, HandleSpace.areas, below: instance.machine.deviceCount)
            .flatMap { instance.owns(device: $0) ? $0 : nil }
    }

    static func registerDevice(
        _ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?
    ) -> OpaquePointer? {
        guard let name, let text = String(validatingCString: name) else { return nil }
        return instance(context) {
            $0.registerDevice(named: text).flatMap { HandleSpace.pointer(HandleSpace.devices, $0) }
        }
    }

    /// Devices and areas share their numbers: an area's handle says through whom it is used.
    static func area(_ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?) -> OpaquePointer? {
        instance(context) { instance in
            announcedDevice(instance, device).flatMap { HandleSpace.pointer(HandleSpace.areas, $0) }
        }
    }

    static func allocate(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ count: Int, _ align: UInt32,
        _ mode: UInt32
    ) -> OpaquePointer? {
        instance(context) { instance in
            guard let device = device(instance, area) else { return nil }
            let request = AllocationRequest(count: count, align: Int(align))
            let mode: AllocationMode = mode == CMA_ALLOC_FAIL_FAST.rawValue ? .failFast : .normal
            let pfn =
                if case .workload = instance.role {
                    instance.machine.allocate(request, mode: mode, device: device)
                } else {
                    instance.machine.allocateDirectly(request, mode: mode, device: device)
                }
            return pfn.flatMap { HandleSpace.pointer(HandleSpace.pageBase, $0) }
        }
    }

    static func release(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ page: OpaquePointer?, _ count: UInt64
    ) -> Int32 {
        instance(context) { instance in
            let machine = instance.machine
            guard let device = device(instance, area),
                let pfn = HandleSpace.index(
                    page, HandleSpace.pageBase, below: machine.configuration.memoryPages),
                let count = Int(exactly: count)
            else { return 0 }
            let isReleased =
                if case .workload = instance.role {
                    machine.release(pfn: pfn, count: count, device: device)
                } else {
                    machine.releaseTaken(pfn: pfn, count: count, device: device)
                }
            return isReleased ? 1 : 0
        }
    }

    static func now(_ context: UnsafeMutableRawPointer?) -> UInt64 { with(context) { $0.clock.now } }

    static func sleep(_ context: UnsafeMutableRawPointer?, _ nanoseconds: UInt64) {
        with(context) { $0.sleep(nanoseconds: nanoseconds) }
    }

    /// Bytes of a log line that are kept, so that no plugin's chatter outgrows its report.
    static let logLineLimit = 1024

    static func log(_ context: UnsafeMutableRawPointer?, _ level: UInt32, _ text: UnsafePointer<CChar>?) {
        guard let text else { return }
        let bytes = UnsafeRawBufferPointer(start: text, count: strnlen(text, logLineLimit))
        instance(context) {
            $0.machine.log(level: level, String(decoding: bytes, as: UTF8.self), from: $0.logName)
        }
    }
}
