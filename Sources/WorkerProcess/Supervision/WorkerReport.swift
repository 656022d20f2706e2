/// What is known of a worker after its end; its frames were delivered while it ran.
public struct WorkerReport: Equatable, Sendable {
    public let ending: WorkerEnding
    /// The last phase the worker reported, `nil` when it ended before its first.
    public let lastPhase: String?
    /// What the worker, and so mostly its plugin, wrote to stdout.
    public let standardOutput: CapturedText
    /// What it wrote to stderr.
    public let standardError: CapturedText
    /// What it was doing last.
    public let flight: FlightReport
    /// What it had too much of in its scratch folder when it was killed for that; nil when it was not.
    public let scratchExcess: String?
    /// How many threads it had when it was killed for them; nil when it was not. See ``WorkerSupervisor``.
    public var excessThreads: Int?
}

/// The beginning of what was written to one of a worker's output streams.
public struct CapturedText: Equatable, Sendable {
    /// Kept per stream, in bytes: 64 KiB.
    public static let limit = 64 << 10

    /// The first ``limit`` bytes; those that are no UTF-8 became replacement characters.
    public let text: String
    /// Bytes written after those, read and thrown away so that the writer never blocks.
    public let droppedByteCount: UInt64
}

/// Collects a stream up to ``CapturedText/limit``.
struct CapturedBytes {
    private var kept: [UInt8] = []
    private var dropped: UInt64 = 0

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        let room = CapturedText.limit - kept.count
        kept.append(contentsOf: bytes.prefix(room))
        dropped += UInt64(max(0, bytes.count - room))
    }

    var text: CapturedText {
        CapturedText(text: String(decoding: kept, as: UTF8.self), droppedByteCount: dropped)
    }
}
