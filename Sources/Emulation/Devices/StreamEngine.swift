/// A DMA engine that moves a frame each period between a device and the buffers in its queue.
///
/// It is a state machine over instants in ns, and keeps no clock: whoever has one calls `advance`
/// before anything else. Periods begin at the start and each period after it; one that would begin
/// behind the end of time never does. A buffer that is queued at the very instant at which a period
/// begins comes too late for it.
public protocol StreamEngine: Sendable {
    var counts: StreamCounts { get }

    /// The earliest instant at which something happens to a buffer if nobody queues another one; nil
    /// when nothing will. Valid right after `advance`.
    var nextInstant: UInt64? { get }

    /// Whether a buffer will be given back although nobody queues another one.
    var willGiveBack: Bool { get }

    /// Lets everything happen that is due until `now`, inclusive, in the order of instants.
    mutating func advance(to now: UInt64) -> [StreamEvent]

    /// Puts a buffer at the end of the queue; it must not be there already.
    mutating func queue(_ buffer: Int)

    /// Ends it, right after `advance`: no buffer is the engine's any more. Events are those of a buffer
    /// that was shown to the end.
    mutating func stop() -> [StreamEvent]
}

/// What a stream engine did with a buffer.
public enum StreamEvent: Sendable, Hashable {
    /// Capture: the frame is whole in the buffer, which is given back.
    case filled(buffer: Int)
    /// Scanout: the buffer was read to its end for the first time; it stays the engine's.
    case shown(buffer: Int)
    /// Scanout: the buffer was shown and is not read any more; it is given back.
    case retired(buffer: Int)
    /// Scanout: a newer buffer was queued before this one was ever read; it is given back.
    case skipped(buffer: Int)
}

/// What became of frames and periods.
public struct StreamCounts: Sendable, Hashable {
    /// Frames moved whole: captured, or read for the first time.
    public var delivered = 0
    /// Capture: frames that came while there was no buffer for them or the last one was still being
    /// moved, or that were cut off by the end. Scanout: buffers skipped.
    public var dropped = 0
    /// Scanout: periods with nothing to read, or during whose beginning the frame before was still
    /// being read.
    public var underruns = 0
    /// Scanout: whole reads of a buffer that had been read before.
    public var repeated = 0

    public init() {}

    public mutating func add(_ other: StreamCounts) {
        delivered += other.delivered
        dropped += other.dropped
        underruns += other.underruns
        repeated += other.repeated
    }
}

/// The beat of an engine: when periods begin and how long a frame takes, ns.
public struct StreamTiming: Sendable, Hashable {
    public let period: UInt64
    /// How long one frame is on its way.
    public let transfer: UInt64

    /// - Parameters:
    ///   - period: from one frame to the next, ns, 1 or more.
    ///   - bytes: size of a frame, 1 or more.
    ///   - bytesPerSecond: how fast it is moved, 1 or more.
    /// - Returns: nil when a number is zero.
    public init?(period: UInt64, bytes: UInt64, bytesPerSecond: UInt64) {
        guard period > 0, bytes > 0, bytesPerSecond > 0 else { return nil }
        self.period = period
        transfer = Self.duration(bytes: bytes, bytesPerSecond: bytesPerSecond)
    }

    /// Nanoseconds that so many bytes take, rounded up, at most the end of time; `bytesPerSecond` is 1
    /// or more.
    public static func duration(bytes: UInt64, bytesPerSecond: UInt64) -> UInt64 {
        let product = bytes.multipliedFullWidth(by: 1_000_000_000)
        guard product.high < bytesPerSecond else { return .max }
        let (quotient, remainder) = bytesPerSecond.dividingFullWidth(product)
        return remainder == 0 || quotient == .max ? quotient : quotient + 1
    }

    /// The instant `count` periods after `instant`; nil behind the end of time.
    func instant(_ count: UInt64, periodsAfter instant: UInt64) -> UInt64? {
        let (span, tooLong) = period.multipliedReportingOverflow(by: count)
        let (sum, tooLate) = instant.addingReportingOverflow(span)
        return tooLong || tooLate ? nil : sum
    }

    /// When a transfer ends that begins at `instant`; the end of time at the latest.
    func end(ofTransferAt instant: UInt64) -> UInt64 {
        let (sum, overflow) = instant.addingReportingOverflow(transfer)
        return overflow ? .max : sum
    }

    /// How many periods begin in `first` … `last`, the first one at `first`.
    func beginnings(from first: UInt64, through last: UInt64) -> UInt64 {
        let (count, overflow) = ((last - first) / period).addingReportingOverflow(1)
        return overflow ? .max : count
    }
}

extension Int {
    /// Adds a number of periods, which may be any.
    mutating func count(_ periods: UInt64) {
        let (sum, overflow) = addingReportingOverflow(Int(clamping: periods))
        self = overflow ? .max : sum
    }
}
