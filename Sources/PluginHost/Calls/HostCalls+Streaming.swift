import CDevEmu
import Emulation

/// Streams, jobs and the CPU's view of buffers.
extension HostCalls {
    static func startStream(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ kind: UInt32, _ period: UInt64,
        _ bytes: UInt64, _ bytesPerSecond: UInt64
    ) -> Int32 {
        withSet(context, .streamOn, set, word(kind), period, bytes, bytesPerSecond) {
            (instance, set) throws(DeviceErrno) in
            let direction: StreamKind
            switch kind {
            case STREAM_CAPTURE.rawValue: direction = .capture
            case STREAM_SCANOUT.rawValue: direction = .scanout
            default: throw .invalid
            }
            try instance.machine.startStream(
                ofSet: set, direction, period: period, bytes: bytes, bytesPerSecond: bytesPerSecond)
            return 0
        }
    }

    static func stopStream(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?) -> Int32 {
        withSet(context, .streamOff, set) { (instance, set) throws(DeviceErrno) in
            instance.machine.stopStream(ofSet: set)
            return 0
        }
    }

    static func queueBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32
    ) -> Int32 {
        withSet(context, .streamQueue, set, word(index)) { (instance, set) throws(DeviceErrno) in
            try instance.machine.queueBuffer(Int(index), ofSet: set)
            return 0
        }
    }

    static func dequeueBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ timeout: UInt64
    ) -> Int32 {
        withSet(context, .streamDequeue, set, timeout) { (instance, set) throws(DeviceErrno) in
            try instance.machine.dequeueBuffer(ofSet: set, timeout: timeout)
        }
    }

    static func runJob(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ accesses: UnsafePointer<dma_access>?,
        _ count: Int, _ bytesPerSecond: UInt64
    ) -> Int32 {
        call(context, .dmaJob, word(device), word(accesses), word(count), bytesPerSecond) { instance in
            guard let device = workloadDevice(instance, device), let accesses,
                (1...EmulatedMachine.jobLimit).contains(count)
            else { return DeviceErrno.invalid.rawValue }
            var job: [JobAccess] = []
            for access in UnsafeBufferPointer(start: accesses, count: count) {
                guard let set = set(instance, access.set), access.writes <= 1 else {
                    return DeviceErrno.invalid.rawValue
                }
                job.append(JobAccess(set: set, buffer: Int(access.index), writes: access.writes == 1))
            }
            do throws(DeviceErrno) {
                try instance.machine.runJob(job, bytesPerSecond: bytesPerSecond, device: device)
                return 0
            } catch {
                return error.rawValue
            }
        }
    }

    static func mapBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32,
        _ size: UnsafeMutablePointer<Int>?
    ) -> UnsafeMutableRawPointer? {
        call(context, .bufferMap, word(set), word(index), word(size)) { instance in
            guard let set = self.set(instance, set),
                let bytes = instance.machine.mapBuffer(Int(index), ofSet: set)
            else { return nil }
            size?.pointee = bytes.count
            return bytes.baseAddress
        }
    }

    static func unmapBuffer(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32) {
        call(context, .bufferUnmap, word(set), word(index)) { instance in
            guard let set = self.set(instance, set) else { return }
            instance.machine.unmapBuffer(Int(index), ofSet: set)
        }
    }
}
