import PhysicalMemory

/// A buffer that a job reads or writes, whole.
public struct JobAccess: Sendable, Hashable {
    public var set: Int
    public var buffer: Int
    public var writes: Bool

    public init(set: Int, buffer: Int, writes: Bool) {
        self.set = set
        self.buffer = buffer
        self.writes = writes
    }
}

extension EmulatedMachine {
    /// Most buffers that one job may use.
    public static let jobLimit = 1024

    /// Lets a device read and write buffers of its own, memory to memory, and sleeps until the largest
    /// of them is through. Reads are checked against what was last written there; writes put a new
    /// frame there, behind all reads.
    /// - Throws: `.invalid` for no access, too many, a rate of zero, a buffer of another device, one
    ///   that is not there or whose pages were released; `.busy` when one is an engine's or in another
    ///   job; `.io` when a read found something else than was written.
    public func runJob(
        _ accesses: [JobAccess], bytesPerSecond: UInt64, device: Int
    ) throws(DeviceErrno) {
        guard (1...Self.jobLimit).contains(accesses.count), bytesPerSecond > 0 else { throw .invalid }
        var duration: UInt64 = 0
        for access in accesses {
            guard sets.indices.contains(access.set), sets[access.set].device == device else { throw .invalid }
            try checkUsable(access.buffer, ofSet: access.set)
            let buffer = sets[access.set].buffers[access.buffer]
            guard buffer.holder == .driver else { throw .busy }
            let bytes = UInt64(configuration.geometry.bytes(of: buffer.pages))
            duration = max(
                duration, StreamTiming.duration(bytes: bytes, bytesPerSecond: bytesPerSecond))
        }
        for access in accesses {
            let pages = sets[access.set].buffers[access.buffer].pages
            if !access.writes { prepareForReading(access.buffer, ofSet: access.set, pages: pages) }
            hand(access.buffer, ofSet: access.set, to: .job)
        }
        clock.advance(by: duration)
        var isIntact = true
        for access in accesses where !access.writes {
            let text = "does not hold what was written when a job reads it"
            isIntact = verify(access.buffer, ofSet: access.set, text) && isIntact
        }
        for access in accesses where access.writes {
            let pages = sets[access.set].buffers[access.buffer].pages
            isIntact = writeFrame(to: access.buffer, ofSet: access.set, pages: pages) && isIntact
        }
        for access in accesses { sets[access.set].buffers[access.buffer].holder = .driver }
        guard isIntact else { throw .io }
        devices[device].streamed.delivered += 1
    }
}
