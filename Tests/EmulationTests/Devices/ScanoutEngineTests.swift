import Emulation
import Testing

@Suite struct ScanoutEngineTests {
    private func engine(transfer: UInt64, start: UInt64 = 0, queued: [Int] = []) throws -> ScanoutEngine {
        let timing = try #require(StreamTiming(period: 100, bytes: transfer, bytesPerSecond: 1_000_000_000))
        return ScanoutEngine(timing, start: start, queued: queued)
    }

    /// Nothing for 0 and 100; buffer 0 from 200 on, again at 300; buffer 1 from 400 on.
    @Test func `a buffer is read until the next one comes, and then given back`() throws {
        var engine = try engine(transfer: 60)
        #expect(engine.advance(to: 150) == [])
        #expect(engine.counts.underruns == 2)
        #expect(engine.nextInstant == nil)
        engine.queue(0)
        #expect(engine.nextInstant == 200)
        #expect(!engine.willGiveBack)
        #expect(engine.advance(to: 200) == [])
        #expect(engine.nextInstant == 260)
        #expect(engine.advance(to: 370) == [.shown(buffer: 0)])
        #expect(engine.nextInstant == nil)
        engine.queue(1)
        #expect(engine.willGiveBack)
        #expect(engine.nextInstant == 400)
        #expect(engine.advance(to: 400) == [.retired(buffer: 0)])
        #expect(engine.advance(to: 460) == [.shown(buffer: 1)])
        #expect(engine.counts.delivered == 2)
        #expect(engine.counts.repeated == 1)
        #expect(engine.counts.underruns == 2)
        #expect(engine.counts.dropped == 0)
    }

    @Test func `of several buffers the newest is shown, the others are dropped`() throws {
        var engine = try engine(transfer: 60, queued: [0, 1, 2])
        #expect(engine.willGiveBack)
        #expect(engine.advance(to: 0) == [.skipped(buffer: 0), .skipped(buffer: 1)])
        #expect(!engine.willGiveBack)
        engine.queue(3)
        engine.queue(4)
        #expect(
            engine.advance(to: 160) == [
                .shown(buffer: 2), .skipped(buffer: 3), .retired(buffer: 2), .shown(buffer: 4),
            ])
        #expect(engine.counts.delivered == 2)
        #expect(engine.counts.dropped == 3)
    }

    /// Reading takes 250: begun at 0, 300, 600; the periods at 100, 200, 400, 500, 700 and 800 come
    /// while it is on.
    @Test func `a frame that takes longer than its period is an underrun for those it takes`() throws {
        var engine = try engine(transfer: 250, queued: [0])
        #expect(engine.advance(to: 299) == [.shown(buffer: 0)])
        #expect(engine.counts.underruns == 2)
        engine.queue(1)
        #expect(engine.advance(to: 560) == [.retired(buffer: 0), .shown(buffer: 1)])
        #expect(engine.counts.underruns == 4)
        #expect(engine.advance(to: 850) == [])
        #expect(engine.counts.delivered == 2)
        #expect(engine.counts.repeated == 1)
        #expect(engine.counts.underruns == 6)
    }

    @Test func `a million repetitions are a matter of arithmetic`() throws {
        var fits = try engine(transfer: 100, queued: [0])
        #expect(fits.advance(to: 100_000_000) == [.shown(buffer: 0)])
        #expect(fits.counts.repeated == 999_999)
        #expect(fits.counts.underruns == 0)
        var slow = try engine(transfer: 101, queued: [0])
        #expect(slow.advance(to: 100_000_000) == [.shown(buffer: 0)])
        #expect(slow.counts.repeated == 499_999)
        #expect(slow.counts.underruns == 500_000)
        #expect(slow.advance(to: .max) == [])
    }

    @Test func `what was shown when it ends is given back once more, what was not is not`() throws {
        var shown = try engine(transfer: 60, queued: [0])
        #expect(shown.advance(to: 130) == [.shown(buffer: 0)])
        #expect(shown.stop() == [.retired(buffer: 0)])
        #expect(shown.stop() == [])
        var cut = try engine(transfer: 60, queued: [0])
        #expect(cut.advance(to: 30) == [])
        #expect(cut.stop() == [])
        #expect(cut.counts == StreamCounts())
    }

    @Test func `looking more often changes nothing`() throws {
        for transfer: UInt64 in [1, 60, 100, 101, 200, 250] {
            var often = try engine(transfer: transfer, start: 3)
            var seldom = often
            var events: [[StreamEvent]] = [[], []]
            for now in 3...2000 as ClosedRange<UInt64> {
                events[0] += often.advance(to: now)
                if [150, 420, 430, 1200].contains(now) {
                    events[1] += seldom.advance(to: now)
                    often.queue(Int(now))
                    seldom.queue(Int(now))
                }
            }
            events[1] += seldom.advance(to: 2000)
            #expect(events[0] == events[1], "\(transfer)")
            #expect(often.counts == seldom.counts, "\(transfer)")
        }
    }
}
