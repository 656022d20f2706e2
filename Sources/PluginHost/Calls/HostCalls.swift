import CDevEmu
import CShims
import Emulation
import Glibc
import PhysicalMemory
import TextSupport

/// What stands behind each entry of the host table: handles are turned into indices, wrong ones are
/// answered as the header promises, and the machine does the rest.
enum HostCalls {
    /// What every call goes through: the context is looked up, the thread checked and the call recorded before
    /// `body` does the work.
    @inline(__always)
    static func call<R>(
        _ context: UnsafeMutableRawPointer?, _ function: HostFunction, _ a: UInt64 = 0, _ b: UInt64 = 0,
        _ c: UInt64 = 0, _ d: UInt64 = 0, _ e: UInt64 = 0, _ body: (PluginInstance) -> R
    ) -> R {
        InstanceTable.instance(behind: context, in: function)._withUnsafeGuaranteedRef { instance in
            instance.checkThread(in: function)
            flight_recorder_enter(instance.recorder, instance.number, function.rawValue, a, b, c, d, e)
            let result = body(instance)
            if flight_recorder_leave(instance.recorder, instance.number) { instance.session.stop() }
            return result
        }
    }

    // An argument as the flight recorder keeps it.
    @inline(__always) static func word(_ handle: OpaquePointer?) -> UInt64 {
        UInt64(UInt(bitPattern: handle))
    }
    @inline(__always) static func word(_ place: UnsafeRawPointer?) -> UInt64 {
        UInt64(UInt(bitPattern: place))
    }
    @inline(__always) static func word(_ number: Int) -> UInt64 { UInt64(bitPattern: Int64(number)) }
    @inline(__always) static func word(_ number: UInt32) -> UInt64 { UInt64(number) }

    /// The device behind its own handle, if it is this instance's; a workload's call.
    static func announcedDevice(_ instance: PluginInstance, _ handle: OpaquePointer?) -> Int? {
        guard let handle else { return nil }
        let index = HandleSpace.index(handle, HandleSpace.devices, below: instance.machine.deviceCount)
        guard let index, instance.owns(device: index) else {
            return instance.refuse(.foreignDevice, handle)
        }
        return index
    }

    /// The device behind an area's handle, if it is this instance's.
    @inline(__always)
    static func device(_ instance: PluginInstance, _ handle: OpaquePointer?) -> Int? {
        guard let handle else { return nil }
        let index = HandleSpace.index(handle, HandleSpace.areas, below: instance.machine.deviceCount)
        guard let index, instance.owns(device: index) else {
            return instance.refuse(.foreignArea, handle)
        }
        return index
    }

    static func registerDevice(
        _ context: UnsafeMutableRawPointer?, _ name: UnsafePointer<CChar>?
    ) -> OpaquePointer? {
        call(context, .deviceRegister, word(name)) { instance in
            guard instance.isWorkload, let name, let text = String(validatingCString: name),
                !text.unicodeScalars.contains(where: isUnprintable)
            else { return nil }
            return instance.registerDevice(named: text).flatMap {
                HandleSpace.pointer(HandleSpace.devices, $0)
            }
        }
    }

    /// Devices and areas share their numbers: an area's handle says through whom it is used.
    static func area(_ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?) -> OpaquePointer? {
        call(context, .devGetCMAArea, word(device)) { instance in
            announcedDevice(instance, device).flatMap { HandleSpace.pointer(HandleSpace.areas, $0) }
        }
    }

    static func allocate(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ count: Int, _ align: UInt32,
        _ mode: UInt32
    ) -> OpaquePointer? {
        call(context, .cmaAlloc, word(area), word(count), word(align), word(mode)) { instance in
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
        call(context, .cmaRelease, word(area), word(page), count) { instance in
            let machine = instance.machine
            guard let device = device(instance, area), let page else { return 0 }
            guard
                let pfn = HandleSpace.index(
                    page, HandleSpace.pageBase, below: machine.configuration.endPFN)
            else {
                _ = instance.refuse(.foreignPage, page)
                return 0
            }
            let count = Int(clamping: count)
            let isReleased =
                if case .workload = instance.role {
                    machine.release(pfn: pfn, count: count, device: device)
                } else {
                    machine.releaseTaken(pfn: pfn, count: count, device: device)
                }
            if !isReleased { instance.noteRefusal(of: pfn, count: count, device: device, toRelease: true) }
            return isReleased ? 1 : 0
        }
    }

    static func now(_ context: UnsafeMutableRawPointer?) -> UInt64 {
        call(context, .ktimeGetNS) { $0.machine.clock.now }
    }

    static func sleep(_ context: UnsafeMutableRawPointer?, _ nanoseconds: UInt64) {
        call(context, .sleepNS, nanoseconds) { $0.machine.sleep(nanoseconds: nanoseconds) }
    }

    /// Bytes of a log line that are kept, so that no plugin's chatter outgrows its report.
    static let logLineLimit = 1024

    static func log(_ context: UnsafeMutableRawPointer?, _ level: UInt32, _ text: UnsafePointer<CChar>?) {
        call(context, .log, word(level), word(text)) { instance in
            guard let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: strnlen(text, logLineLimit))
            instance.machine.log(
                level: level, String(decoding: bytes, as: UTF8.self), from: instance.logName)
        }
    }
}
