/// What kept a run at some size from success: the first buffer set that stayed below its minimum, and why.
public struct SizeObstacle: Codable, Sendable, Hashable {
    public enum Cause: String, Codable, Sendable, CaseIterable {
        /// Fewer pages were left in all than one more piece has.
        case space
        /// More than that, but no run of them was as long.
        case fragmentation
        /// A run was long enough, and lay across the alignment.
        case alignment
        /// A run was long enough, but its pages could not be moved in time.
        case busy
        /// An operation returned an error for another reason than its buffers.
        case operation
    }

    public var device: String
    /// The buffer set, or the operation.
    public var set: String
    public var cause: Cause

    public init(device: String, set: String, cause: Cause) {
        self.device = device
        self.set = set
        self.cause = cause
    }

    /// Nil for a run in which nothing was missing.
    /// - Parameters:
    ///   - devices: those of the area.
    ///   - failures: operations of theirs that returned an error.
    init?(
        of devices: [DeviceRecord], failures: [OperationFailure], in area: AreaRecord?, needsAllBuffers: Bool
    ) {
        typealias Shortage = (device: DeviceRecord, set: BufferSetRecord)
        let short = devices.flatMap { device in
            device.sets.filter { $0.got < (needsAllBuffers ? $0.wanted : $0.minimum) }.map {
                Shortage(device, $0)
            }
        }
        func end(_ item: Shortage) -> UInt64 { item.set.closedNanoseconds ?? .max }
        guard let first = short.min(by: { end($0) < end($1) }) else {
            if let failure = failures.first {
                self.init(device: failure.instance, set: failure.operation, cause: .operation)
            } else if let device = devices.first(where: { !$0.satisfied }) {
                self.init(device: device.name, set: "", cause: .operation)
            } else {
                return nil
            }
            return
        }
        self.init(
            device: first.device.name, set: first.set.name,
            cause: Self.cause(of: first.device, at: end(first), in: area))
    }

    private static func cause(of device: DeviceRecord, at end: UInt64, in area: AreaRecord?) -> Cause {
        // The sample of the moment at which asking ended, or the last before it.
        guard let area, let sample = area.series.last(where: { $0.nanoseconds <= end }) ?? area.series.first
        else { return .space }
        let usable = sample.usableChunks.first ?? 0
        if usable < device.chunkPages { return .space }
        if sample.largestRunPages < device.chunkPages { return .fragmentation }
        return device.busyRetries == 0 ? .alignment : .busy
    }
}

/// How often an obstacle was met.
public struct SizeObstacleCount: Codable, Sendable, Hashable {
    public var device: String
    public var set: String
    public var cause: SizeObstacle.Cause
    public var runs: Int

    /// The most frequent first, then by name.
    static func count(_ obstacles: [SizeObstacle]) -> [SizeObstacleCount] {
        var counts: [SizeObstacleCount] = []
        for obstacle in obstacles {
            let index = counts.firstIndex {
                ($0.device, $0.set, $0.cause) == (obstacle.device, obstacle.set, obstacle.cause)
            }
            if let index {
                counts[index].runs += 1
            } else {
                counts.append(
                    SizeObstacleCount(
                        device: obstacle.device, set: obstacle.set, cause: obstacle.cause, runs: 1))
            }
        }
        return counts.sorted {
            (-$0.runs, $0.device, $0.set, $0.cause.rawValue) < (
                -$1.runs, $1.device, $1.set, $1.cause.rawValue
            )
        }
    }
}
