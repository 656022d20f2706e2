import CDevEmu
import DeviceModels
import Emulation

/// Buffer sets: what a device gathers, and what its DMA can do with it.
extension HostCalls {
    /// The device behind a handle, if it is this instance's to use.
    static func workloadDevice(_ instance: PluginInstance, _ device: OpaquePointer?) -> Int? {
        guard case .workload = instance.role else { return nil }
        return HandleSpace.index(device, HandleSpace.devices, below: instance.machine.deviceCount)
            .flatMap { instance.owns(device: $0) ? $0 : nil }
    }

    /// The set behind a handle, if it is this instance's to use.
    static func set(_ instance: PluginInstance, _ set: OpaquePointer?) -> Int? {
        guard case .workload = instance.role else { return nil }
        return HandleSpace.index(set, HandleSpace.sets, below: instance.machine.setCount)
            .flatMap { instance.owns(device: instance.machine.device(ofSet: $0)) ? $0 : nil }
    }

    /// Calls `body` with the set behind a handle; -22 for no such set, and whatever it throws.
    static func withSet(
        _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
        _ body: (EmulatedMachine, Int) throws(DeviceErrno) -> Int
    ) -> Int32 {
        instance(context) { instance in
            guard let set = set(instance, handle) else { return DeviceErrno.invalid.rawValue }
            do throws(DeviceErrno) {
                return Int32(clamping: try body(instance.machine, set))
            } catch {
                return error.rawValue
            }
        }
    }

    static func openSet(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ name: UnsafePointer<CChar>?,
        _ wanted: UInt32, _ minimum: UInt32
    ) -> OpaquePointer? {
        guard let name, let text = String(validatingCString: name) else { return nil }
        return instance(context) { instance in
            workloadDevice(instance, device).flatMap {
                instance.machine.openSet(
                    named: text, wanted: Int(wanted), minimum: Int(minimum), device: $0)
            }.flatMap { HandleSpace.pointer(HandleSpace.sets, $0) }
        }
    }

    static func setLimits(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ limits: UnsafePointer<dma_limits>?
    ) -> Int32 {
        instance(context) { instance in
            guard let device = workloadDevice(instance, device), let limits = limits?.pointee,
                Int(limits.size) >= MemoryLayout<dma_limits>.size, limits.reserved == 0,
                let limits = DMALimits(
                    mask: limits.mask, boundary: limits.boundary, maxSegments: Int(limits.max_segments),
                    alignOrder: Int(limits.align_order))
            else { return DeviceErrno.invalid.rawValue }
            instance.machine.setLimits(limits, device: device)
            return 0
        }
    }

    static func addBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ chunks: UnsafePointer<OpaquePointer?>?,
        _ count: Int, _ chunkPages: Int
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            let limit = machine.configuration.memoryPages
            guard let chunks, (1...limit).contains(count) else { throw .invalid }
            let segments = UnsafeBufferPointer(start: chunks, count: count).map { chunk in
                (pfn: HandleSpace.index(chunk, HandleSpace.pageBase, below: limit) ?? -1, pages: chunkPages)
            }
            return try machine.addBuffer(toSet: set, segments: segments)
        }
    }

    static func addSegments(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ segments: UnsafePointer<dma_segment>?,
        _ count: Int, _ planes: UnsafePointer<Int>?, _ planeCount: Int
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            let limit = machine.configuration.memoryPages
            guard let segments, (1...limit).contains(count), (planes == nil) == (planeCount == 0),
                (0...count).contains(planeCount)
            else { throw .invalid }
            let pieces = UnsafeBufferPointer(start: segments, count: count).map { segment in
                (
                    pfn: HandleSpace.index(segment.page, HandleSpace.pageBase, below: limit) ?? -1,
                    pages: Int(clamping: segment.pages)
                )
            }
            let ends = Array(UnsafeBufferPointer(start: planes, count: planeCount))
            return try machine.addBuffer(toSet: set, segments: pieces, planeEnds: ends)
        }
    }

    static func removeBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            try machine.removeBuffer(Int(index), fromSet: set)
            return 0
        }
    }

    static func closeSet(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            guard let got = machine.closeSet(set) else { throw .invalid }
            return got
        }
    }
}
