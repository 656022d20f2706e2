import CDevEmu
import Emulation

/// Buffer sets: what a device gathers, and what its DMA can do with it.
extension HostCalls {
    /// The device behind a handle, if it is this instance's to use.
    static func workloadDevice(_ instance: PluginInstance, _ handle: OpaquePointer?) -> Int? {
        instance.isWorkload ? announcedDevice(instance, handle) : nil
    }

    /// The set behind a handle, if it is this instance's to use.
    static func set(_ instance: PluginInstance, _ handle: OpaquePointer?) -> Int? {
        guard instance.isWorkload, let handle else { return nil }
        let machine = instance.machine
        guard let set = HandleSpace.index(handle, HandleSpace.sets, below: machine.setCount),
            instance.owns(device: machine.device(ofSet: set))
        else { return instance.refuse(.foreignSet, handle) }
        return set
    }

    /// Calls `body` with the set behind a handle; -22 for no such set, and whatever it throws.
    @inline(__always)
    static func withSet(
        _ context: UnsafeMutableRawPointer?, _ function: HostFunction, _ handle: OpaquePointer?,
        _ b: UInt64 = 0, _ c: UInt64 = 0, _ d: UInt64 = 0, _ e: UInt64 = 0,
        _ body: (PluginInstance, Int) throws(DeviceErrno) -> Int
    ) -> Int32 {
        call(context, function, word(handle), b, c, d, e) { instance in
            guard let set = set(instance, handle) else { return DeviceErrno.invalid.rawValue }
            do throws(DeviceErrno) {
                return Int32(clamping: try body(instance, set))
            } catch {
                return error.rawValue
            }
        }
    }

    static func openSet(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ name: UnsafePointer<CChar>?,
        _ wanted: UInt32, _ minimum: UInt32
    ) -> OpaquePointer? {
        call(context, .bufferSetOpen, word(device), word(name), word(wanted), word(minimum)) { instance in
            guard let device = workloadDevice(instance, device), let name,
                let text = String(validatingCString: name)
            else { return nil }
            return instance.machine.openSet(
                named: text, wanted: Int(wanted), minimum: Int(minimum), device: device
            ).flatMap { HandleSpace.pointer(HandleSpace.sets, $0) }
        }
    }

    static func setLimits(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ limits: UnsafePointer<dma_limits>?
    ) -> Int32 {
        call(context, .dmaSetLimits, word(device), word(limits)) { instance in
            guard let device = workloadDevice(instance, device), let limits = limits?.pointee,
                Int(limits.size) >= MemoryLayout<dma_limits>.size, limits.reserved == 0,
                let limits = DMALimits(
                    mask: limits.mask, boundary: limits.boundary, maxSegments: Int(limits.max_segments),
                    alignOrder: Int(limits.align_order), of: instance.machine.configuration.geometry)
            else { return DeviceErrno.invalid.rawValue }
            instance.machine.setLimits(limits, device: device)
            return 0
        }
    }

    static func addBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ chunks: UnsafePointer<OpaquePointer?>?,
        _ count: Int, _ chunkPages: Int
    ) -> Int32 {
        withSet(context, .bufferSetAdd, set, word(chunks), word(count), word(chunkPages)) {
            (instance, set) throws(DeviceErrno) in
            let limit = instance.machine.configuration.endPFN
            guard let chunks, (1...instance.machine.configuration.memoryPages).contains(count) else {
                throw .invalid
            }
            let segments = UnsafeBufferPointer(start: chunks, count: count).map { chunk in
                (pfn: HandleSpace.index(chunk, HandleSpace.pageBase, below: limit) ?? -1, pages: chunkPages)
            }
            return try add(segments, to: set, of: instance)
        }
    }

    static func addSegments(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ segments: UnsafePointer<dma_segment>?,
        _ count: Int, _ planes: UnsafePointer<Int>?, _ planeCount: Int
    ) -> Int32 {
        withSet(
            context, .bufferSetAddSegments, set, word(segments), word(count), word(planes), word(planeCount)
        ) { (instance, set) throws(DeviceErrno) in
            let limit = instance.machine.configuration.endPFN
            guard let segments, (1...instance.machine.configuration.memoryPages).contains(count),
                (planes == nil) == (planeCount == 0),
                (0...count).contains(planeCount)
            else { throw .invalid }
            let pieces = UnsafeBufferPointer(start: segments, count: count).map { segment in
                (
                    pfn: HandleSpace.index(segment.page, HandleSpace.pageBase, below: limit) ?? -1,
                    pages: Int(clamping: segment.pages)
                )
            }
            let ends = Array(UnsafeBufferPointer(start: planes, count: planeCount))
            return try add(pieces, planeEnds: ends, to: set, of: instance)
        }
    }

    private static func add(
        _ segments: [(pfn: Int, pages: Int)], planeEnds: [Int] = [], to set: Int, of instance: PluginInstance
    ) throws(DeviceErrno) -> Int {
        do throws(DeviceErrno) {
            return try instance.machine.addBuffer(toSet: set, segments: segments, planeEnds: planeEnds)
        } catch {
            if error == .invalid {
                let device = instance.machine.device(ofSet: set)
                // One line says enough of a buffer.
                _ = segments.contains { segment in
                    segment.pages > 0
                        && instance.noteRefusal(
                            of: segment.pfn, count: segment.pages, device: device, toRelease: false)
                }
            }
            throw error
        }
    }

    static func removeBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32
    ) -> Int32 {
        withSet(context, .bufferSetRemove, set, word(index)) { (instance, set) throws(DeviceErrno) in
            try instance.machine.removeBuffer(Int(index), fromSet: set)
            return 0
        }
    }

    static func closeSet(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?) -> Int32 {
        withSet(context, .bufferSetClose, set) { (instance, set) throws(DeviceErrno) in
            guard let got = instance.machine.closeSet(set) else { throw .invalid }
            return got
        }
    }
}
