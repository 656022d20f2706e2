/// A device that reads buffers: the scanout of a display.
///
/// At the beginning of each period it goes over to the newest queued buffer and gives the one before
/// back, and those that were queued and never read. Without a newer one it reads the same buffer
/// again. A period is an underrun when there is nothing to read yet, or when the frame before is still
/// being read at its beginning: then nothing new is begun, nor gone over to. A read that ends just
/// then is over in time.
public struct ScanoutEngine: StreamEngine {
    private let timing: StreamTiming
    /// Beginning of the next period; nil when none fits before the end of time.
    private var nextBeginning: UInt64?
    /// Queued since the last change, the oldest first.
    private var queued: [Int] = []
    /// The buffer that is shown.
    private var front: Int?
    /// A read on its way: until when, and whether it is the buffer's first.
    private var reading: (end: UInt64, isFirst: Bool)?
    public private(set) var counts = StreamCounts()

    /// - Parameters:
    ///   - start: beginning of the first period, ns.
    ///   - queued: buffers in the queue by then, the oldest first.
    public init(_ timing: StreamTiming, start: UInt64, queued: [Int] = []) {
        self.timing = timing
        nextBeginning = start
        self.queued = queued
    }

    public var nextInstant: UInt64? {
        if let reading, reading.isFirst || !queued.isEmpty { return reading.end }
        return queued.isEmpty ? nil : nextBeginning
    }

    public var willGiveBack: Bool {
        nextBeginning != nil && queued.count + (front == nil ? 0 : 1) > 1
    }

    public mutating func queue(_ buffer: Int) { queued.append(buffer) }

    public mutating func advance(to now: UInt64) -> [StreamEvent] {
        var events: [StreamEvent] = []
        while true {
            if let reading, reading.end <= now, nextBeginning.map({ reading.end <= $0 }) ?? true {
                finishRead(isFirst: reading.isFirst, &events)
                continue
            }
            guard let beginning = nextBeginning, beginning <= now else { return events }
            if let reading {
                underrun(from: beginning, through: min(reading.end - 1, now))
            } else if let newest = queued.popLast() {
                for buffer in queued { events.append(.skipped(buffer: buffer)) }
                counts.dropped += queued.count
                queued.removeAll()
                if let front { events.append(.retired(buffer: front)) }
                front = newest
                read(at: beginning, isFirst: true)
            } else if front != nil {
                repeatReads(from: beginning, through: now)
            } else {
                underrun(from: beginning, through: now)
            }
        }
    }

    private mutating func finishRead(isFirst: Bool, _ events: inout [StreamEvent]) {
        reading = nil
        guard isFirst, let front else {
            counts.repeated += 1
            return
        }
        counts.delivered += 1
        events.append(.shown(buffer: front))
    }

    private mutating func read(at beginning: UInt64, isFirst: Bool) {
        reading = (timing.end(ofTransferAt: beginning), isFirst)
        nextBeginning = timing.instant(1, periodsAfter: beginning)
    }

    private mutating func underrun(from beginning: UInt64, through last: UInt64) {
        let missed = timing.beginnings(from: beginning, through: last)
        counts.underruns.count(missed)
        nextBeginning = timing.instant(missed, periodsAfter: beginning)
    }

    /// The same buffer again and again: what repeats whole is counted, not lived through.
    private mutating func repeatReads(from beginning: UInt64, through now: UInt64) {
        // A read and the periods that it takes away from the next one.
        let beats = max(timing.transfer / timing.period + (timing.transfer % timing.period == 0 ? 0 : 1), 1)
        let (cycle, overflow) = timing.period.multipliedReportingOverflow(by: beats)
        let cycles = overflow ? 0 : (now - beginning) / cycle
        counts.repeated.count(cycles)
        counts.underruns.count(cycles * (beats - 1))
        read(at: beginning + cycles * (overflow ? 0 : cycle), isFirst: false)
    }

    public mutating func stop() -> [StreamEvent] {
        let wasShown = reading.map { !$0.isFirst } ?? true
        let events = wasShown ? front.map { [StreamEvent.retired(buffer: $0)] } : nil
        reading = nil
        front = nil
        queued.removeAll()
        nextBeginning = nil
        return events ?? []
    }
}
