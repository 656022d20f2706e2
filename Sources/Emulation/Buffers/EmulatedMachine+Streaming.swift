import DequeModule
import PhysicalMemory

extension EmulatedMachine {
    /// Starts the engine of a set, with the buffers that are queued by then. A frame lies in a buffer's
    /// first pages, as many as its bytes need.
    /// - Parameters:
    ///   - period: from one frame to the next, ns.
    ///   - bytes: size of a frame.
    ///   - bytesPerSecond: how fast it is moved.
    /// - Throws: `.busy` when the engine is on; `.invalid` for a number that is zero and for a queued
    ///   buffer that a frame does not fit in.
    public func startStream(
        ofSet set: Int, _ kind: StreamKind, period: UInt64, bytes: UInt64, bytesPerSecond: UInt64
    ) throws(DeviceErrno) {
        guard sets[set].stream == nil else { throw .busy }
        let pageBytes = UInt64(configuration.geometry.pageBytes)
        let framePages = Int(bytes / pageBytes) + (bytes % pageBytes == 0 ? 0 : 1)
        let queued = sets[set].queuedBeforeStart
        guard let timing = StreamTiming(period: period, bytes: bytes, bytesPerSecond: bytesPerSecond),
            queued.allSatisfy({ sets[set].buffers[$0].pages >= framePages })
        else { throw .invalid }
        sets[set].queuedBeforeStart = []
        let engine: any StreamEngine =
            switch kind {
            case .capture: CaptureEngine(timing, start: clock.now, queued: queued)
            case .scanout: ScanoutEngine(timing, start: clock.now, queued: queued)
            }
        sets[set].stream = BufferStream(engine: engine, kind: kind, framePages: framePages)
        if kind == .scanout {
            for index in queued { prepareForReading(index, ofSet: set, pages: framePages) }
        }
        keepUp(set)
    }

    /// Ends the engine, if it is on: all buffers are the driver's again. Follows VIDIOC_STREAMOFF.
    public func stopStream(ofSet set: Int) {
        keepUp(set)
        if let last = sets[set].stream?.engine.stop() {
            settle(last, ofSet: set)
            if let counts = sets[set].stream?.engine.counts { devices[sets[set].device].streamed.add(counts) }
        }
        sets[set].stream = nil
        sets[set].queuedBeforeStart = []
        for index in sets[set].buffers.indices where sets[set].buffers[index].holder == .engine {
            sets[set].buffers[index].holder = .driver
        }
    }

    /// Gives a buffer to the engine, or to the one that will be started. Follows VIDIOC_QBUF.
    /// - Throws: `.busy` when it is not the driver's; `.invalid` when it is not there, its pages were
    ///   released, or a frame does not fit in it.
    public func queueBuffer(_ index: Int, ofSet set: Int) throws(DeviceErrno) {
        try checkUsable(index, ofSet: set)
        guard sets[set].buffers[index].holder == .driver else { throw .busy }
        keepUp(set)
        if let stream = sets[set].stream {
            guard sets[set].buffers[index].pages >= stream.framePages else { throw .invalid }
            if stream.kind == .scanout { prepareForReading(index, ofSet: set, pages: stream.framePages) }
        } else {
            sets[set].queuedBeforeStart.append(index)
        }
        hand(index, ofSet: set, to: .engine)
        sets[set].stream?.engine.queue(index)
        wake(set)
    }

    /// The next buffer that the engine is done with. Lets time pass until there is one, at most
    /// `timeout` ns. Follows VIDIOC_DQBUF.
    /// - Throws: `.io` when the engine is off; `.again` when the time is over. Without an end of time
    ///   and without any buffer that could come, that is at once.
    public func dequeueBuffer(ofSet set: Int, timeout: UInt64) throws(DeviceErrno) -> Int {
        keepUp(set)
        guard let stream = sets[set].stream else { throw .io }
        if stream.finished.isEmpty, timeout > 0 {
            if stream.engine.willGiveBack {
                waitForBuffer(ofSet: set, timeout: timeout)
            } else if timeout != .max {
                clock.advance(by: timeout)
            }
        }
        guard sets[set].stream != nil else { throw .io }
        guard let index = sets[set].stream?.finished.popFirst() else { throw .again }
        sets[set].buffers[index].holder = .driver
        if stream.kind == .capture {
            verify(index, ofSet: set, "does not hold what the device wrote when it is dequeued")
        }
        return index
    }

    private func waitForBuffer(ofSet set: Int, timeout: UInt64) {
        var isOver = false
        clock.schedule(after: timeout) { isOver = true }
        _ = clock.wait { [unowned self] in
            isOver || !(sets[set].stream.map(\.finished.isEmpty) ?? false)
        }
    }

    // MARK: The engine's life

    /// Lets the engine of a set do what is due until now.
    private func keepUp(_ set: Int) {
        let events = sets[set].stream?.engine.advance(to: clock.now) ?? []
        settle(events, ofSet: set)
        wake(set)
    }

    /// Sees to it that the engine is looked after when something happens next.
    private func wake(_ set: Int) {
        guard let stream = sets[set].stream, let instant = stream.engine.nextInstant,
            stream.wakesAt != instant
        else { return }
        sets[set].stream?.wakesAt = instant
        clock.schedule(after: instant - min(clock.now, instant)) { [weak self] in
            guard let self, sets[set].stream?.wakesAt == instant else { return }
            sets[set].stream?.wakesAt = nil
            keepUp(set)
        }
    }

    private func settle(_ events: [StreamEvent], ofSet set: Int) {
        for event in events {
            switch event {
            case .filled(let index):
                if let pages = sets[set].stream?.framePages {
                    writeFrame(to: index, ofSet: set, pages: pages)
                }
                sets[set].stream?.finished.append(index)
            case .shown(let index):
                verify(index, ofSet: set, "does not hold what was queued when the device reads it")
            case .retired(let index):
                verify(index, ofSet: set, "changed while the device showed it")
                sets[set].stream?.finished.append(index)
            case .skipped(let index): sets[set].stream?.finished.append(index)
            }
        }
    }

    /// What became of a device's frames until now.
    func streamCounts(ofDevice device: Int) -> StreamCounts {
        var counts = devices[device].streamed
        for set in sets where set.device == device {
            guard var engine = set.stream?.engine else { continue }
            _ = engine.advance(to: clock.now)
            counts.add(engine.counts)
        }
        return counts
    }
}
