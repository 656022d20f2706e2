import CDevEmu
import DeviceModels
import Emulation

/// Streams, jobs and the CPU's view of buffers.
extension HostCalls {
    static func startStream(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ kind: UInt32, _ period: UInt64,
        _ bytes: UInt64, _ bytesPerSecond: UInt64
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            let direction: StreamKind
            switch kind {
            case STREAM_CAPTURE.rawValue: direction = .capture
            case STREAM_SCANOUT.rawValue: direction = .scanout
            default: throw .invalid
            }
            try machine.startStream(
                ofSet: set, direction, period: period, bytes: bytes, bytesPerSecond: bytesPerSecond)
            return 0
        }
    }

    static func stopStream(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            machine.stopStream(ofSet: set)
            return 0
        }
    }

    static func queueBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            try machine.queueBuffer(Int(index), ofSet: set)
            return 0
        }
    }

    static func dequeueBuffer(
        _ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ timeout: UInt64
    ) -> Int32 {
        withSet(context, set) { (machine, set) throws(DeviceErrno) in
            try machine.dequeueBuffer(ofSet: set, timeout: timeout)
        }
    }

    static func runJob(
        _ context: UnsafeMutableRawPointer?, _ device: OpaquePointer?, _ accesses: UnsafePointer<dma_access>?,
        _ count: Int, _ bytesPerSecond: UInt64
    ) -> Int32 {
        instance(context) { instance in
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
        instance(context) { instance in
            guard let set = self.set(instance, set),
                let bytes = instance.machine.mapBuffer(Int(index), ofSet: set)
            else { return nil }
            size?.pointee = bytes.count
            return bytes.baseAddress
        }
    }

    static func unmapBuffer(_ context: UnsafeMutableRawPointer?, _ set: OpaquePointer?, _ index: UInt32) {
        instance(context) { instance in
            guard let set = self.set(instance, set) else { return }
            instance.machine.unmapBuffer(Int(index), ofSet: set)
        }
    }
}
