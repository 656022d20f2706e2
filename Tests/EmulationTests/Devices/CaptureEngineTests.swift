import Emulation
import Testing

@Suite struct CaptureEngineTests {
    /// A frame of 4000 bytes every 100 ns, moved in `transfer` ns.
    private func engine(period: UInt64 = 100, transfer: UInt64, start: UInt64 = 0, queued: [Int] = []) throws
        -> CaptureEngine
    {
        let timing = try #require(
            StreamTiming(period: period, bytes: transfer, bytesPerSecond: 1_000_000_000))
        return CaptureEngine(timing, start: start, queued: queued)
    }

    @Test(
        arguments: [
            (0, 1, 1), (1, 0, 1), (1, 1, 0),
        ] as [(UInt64, UInt64, UInt64)])
    func `a beat has no zero in it`(period: UInt64, bytes: UInt64, rate: UInt64) {
        #expect(StreamTiming(period: period, bytes: bytes, bytesPerSecond: rate) == nil)
    }

    @Test(
        arguments: [
            (1, 1_000_000_000, 1), (3, 2_000_000_000, 2), (3_110_400, 400_000_000, 7_776_000),
            (1, 1, 1_000_000_000),
            (.max, 1, .max), (.max, 1_000_000_000, .max), (.max, .max, 1_000_000_000), (1, .max, 1),
        ] as [(UInt64, UInt64, UInt64)])
    func `a transfer takes its bytes at the rate, rounded up to ns`(bytes: UInt64, rate: UInt64, ns: UInt64) {
        #expect(StreamTiming.duration(bytes: bytes, bytesPerSecond: rate) == ns)
    }

    /// Periods begin at 0, 100, 200 …; a frame takes 60. Buffers 0 and 1 are there from the start, 2
    /// comes at 250 (in time for 300), nothing is there for 200 and 400.
    @Test func `frames go into the oldest buffer, and are dropped when there is none`() throws {
        var engine = try engine(transfer: 60, queued: [0, 1])
        #expect(engine.advance(to: 0) == [])
        #expect(engine.nextInstant == 60)
        #expect(engine.advance(to: 59) == [])
        #expect(engine.advance(to: 60) == [.filled(buffer: 0)])
        #expect(engine.nextInstant == 100)
        #expect(engine.advance(to: 250) == [.filled(buffer: 1)])
        #expect(engine.nextInstant == nil)
        #expect(!engine.willGiveBack)
        engine.queue(2)
        #expect(engine.willGiveBack)
        #expect(engine.nextInstant == 300)
        #expect(engine.advance(to: 450) == [.filled(buffer: 2)])
        #expect(engine.counts.delivered == 3)
        #expect(engine.counts.dropped == 2)
        #expect(engine.counts.underruns == 0 && engine.counts.repeated == 0)
    }

    @Test func `a buffer queued at the very beginning of a period comes too late for it`() throws {
        var engine = try engine(transfer: 60)
        #expect(engine.advance(to: 100) == [])
        engine.queue(0)
        #expect(engine.nextInstant == 200)
        #expect(engine.advance(to: 260) == [.filled(buffer: 0)])
        #expect(engine.counts.dropped == 2)
    }

    @Test func `a transfer that fills its period loses nothing`() throws {
        var engine = try engine(transfer: 100, queued: [0, 1, 2])
        #expect(engine.advance(to: 300) == [.filled(buffer: 0), .filled(buffer: 1), .filled(buffer: 2)])
        #expect(engine.counts.dropped == 1)  // the frame of 300
    }

    /// A frame of 250 ns takes the periods at 100 and 200 away: 0, 300, 600 are delivered.
    @Test func `frames that come during a transfer are dropped`() throws {
        var engine = try engine(transfer: 250, queued: [0, 1, 2])
        #expect(engine.advance(to: 560) == [.filled(buffer: 0), .filled(buffer: 1)])
        #expect(engine.counts.dropped == 4)
        #expect(engine.advance(to: 850) == [.filled(buffer: 2)])
        #expect(engine.counts.delivered == 3)
        #expect(engine.counts.dropped == 6)
    }

    @Test func `a frame that the end cuts off is dropped`() throws {
        var engine = try engine(transfer: 60, queued: [0, 1])
        #expect(engine.advance(to: 150) == [.filled(buffer: 0)])
        #expect(engine.stop() == [])
        #expect(engine.counts.delivered == 1)
        #expect(engine.counts.dropped == 1)
        #expect(engine.nextInstant == nil && !engine.willGiveBack)
        #expect(engine.advance(to: 1000) == [])
        #expect(engine.counts.dropped == 1)
    }

    @Test func `looking more often changes nothing`() throws {
        for transfer: UInt64 in [1, 60, 99, 100, 101, 250] {
            var often = try engine(transfer: transfer, start: 7, queued: [0, 1, 2])
            var seldom = often
            var events: [StreamEvent] = []
            for now in 7...1000 as ClosedRange<UInt64> { events += often.advance(to: now) }
            #expect(seldom.advance(to: 1000) == events, "\(transfer)")
            #expect(seldom.counts == often.counts, "\(transfer)")
        }
    }

    @Test func `the end of time is the end of periods`() throws {
        var late = try engine(period: .max, transfer: 60, start: 5)
        #expect(late.advance(to: .max) == [])
        #expect(late.counts.dropped == 1)
        late.queue(0)
        #expect(!late.willGiveBack && late.nextInstant == nil)
        var short = try engine(period: 1, transfer: 1)
        #expect(short.advance(to: .max) == [])
        #expect(short.counts.dropped == .max)
    }
}
