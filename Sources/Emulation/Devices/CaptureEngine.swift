import DequeModule

/// A device that fills buffers: the receiver of a camera.
///
/// At the beginning of each period a frame comes. It goes into the oldest queued buffer, which is given
/// back when it is whole. The frame is dropped when no buffer is queued, or the one before is still
/// being moved; a transfer that ends just then is over in time. A transfer that is cut off by the end
/// is a dropped frame too.
public struct CaptureEngine: StreamEngine {
    private let timing: StreamTiming
    /// Beginning of the next period; nil when none fits before the end of time.
    private var nextBeginning: UInt64?
    private var queued = Deque<Int>()
    /// The buffer that is being filled, until when.
    private var active: (buffer: Int, end: UInt64)?
    public private(set) var counts = StreamCounts()

    /// - Parameters:
    ///   - start: beginning of the first period, ns.
    ///   - queued: buffers in the queue by then, the oldest first.
    public init(_ timing: StreamTiming, start: UInt64, queued: [Int] = []) {
        self.timing = timing
        nextBeginning = start
        self.queued = Deque(queued)
    }

    public var nextInstant: UInt64? { active?.end ?? (queued.isEmpty ? nil : nextBeginning) }

    public var willGiveBack: Bool { active != nil || !queued.isEmpty && nextBeginning != nil }

    public mutating func queue(_ buffer: Int) { queued.append(buffer) }

    public mutating func advance(to now: UInt64) -> [StreamEvent] {
        var events: [StreamEvent] = []
        while true {
            if let active, active.end <= now, nextBeginning.map({ active.end <= $0 }) ?? true {
                counts.delivered += 1
                events.append(.filled(buffer: active.buffer))
                self.active = nil
                continue
            }
            guard let beginning = nextBeginning, beginning <= now else { return events }
            if active == nil, let buffer = queued.popFirst() {
                active = (buffer, timing.end(ofTransferAt: beginning))
                nextBeginning = timing.instant(1, periodsAfter: beginning)
            } else {
                let last = active.map { min($0.end - 1, now) } ?? now
                let missed = timing.beginnings(from: beginning, through: last)
                counts.dropped.count(missed)
                nextBeginning = timing.instant(missed, periodsAfter: beginning)
            }
        }
    }

    public mutating func stop() -> [StreamEvent] {
        if active != nil { counts.dropped += 1 }
        active = nil
        queued.removeAll()
        nextBeginning = nil
        return []
    }
}
