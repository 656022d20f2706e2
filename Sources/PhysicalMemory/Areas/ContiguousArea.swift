/// A contiguous memory area (struct cma): cma_alloc() and cma_release() over a bitmap, on the memory
/// of a machine.
///
/// Not safe for use from several threads; an emulated machine lives on one.
public final class ContiguousArea {
    /// Where the area lies, as page frame numbers.
    public let geometry: AreaGeometry
    public let memory: MachineMemory
    /// Whether `busyWindows` is filled; costs an append for each refused window.
    public var recordsBusyWindows = false
    /// Offsets in pages of the windows that the last call tried and found busy, in order.
    public internal(set) var busyWindows: [Int] = []

    /// Pages of allocations that succeeded, and of calls that failed: alloc_pages_success and
    /// alloc_pages_fail of sysfs.
    public internal(set) var allocatedPagesInAll = 0
    public private(set) var failedPagesInAll = 0
    public private(set) var releasedPagesInAll = 0

    /// In the order in which a search goes through them.
    let ranges: [AreaRange]
    /// Held while a window is isolated and emptied: cma_mutex, or the area's own.
    let mutex: VirtualMutex
    let zone: Zone

    /// An area over pages that `memory` has set aside as a contiguous area.
    init(geometry: AreaGeometry, memory: MachineMemory, mutex: VirtualMutex) {
        self.geometry = geometry
        self.mutex = mutex
        self.memory = memory
        zone = memory.zone
        let firstPFN = memory.firstPFN
        ranges = geometry.ranges.indices.map { AreaRange($0, of: geometry, firstPFN: firstPFN) }
    }

    /// Allocates `request.count` pages whose first pfn is a multiple of 2^align.
    ///
    /// First fit in each range from its bit 0, or from above the last failure when the mode caches it; a window with
    /// a page that cannot move is refused and the search goes on one alignment unit further. The next range follows
    /// where the one before it has nothing.
    /// - Parameters:
    ///   - cpu: the CPU that the caller runs on.
    ///   - onTake: is called with the window, in pages from the area's base, at the instant at which its pages
    ///     become the caller's: before any time passes that another caller could see them in.
    ///   - onEvent: hears of the call's events when they happen.
    /// - Returns: the offset, or the errno: `.noMemory` if no page frame was left to move to, the kernel's errno if
    ///   no window was tried, else `.busy`.
    ///
    /// Follows cma_alloc() in Linux 6.1 mm/cma.c, and __cma_alloc_frozen() and cma_range_alloc() in Linux 7.3.
    public func allocate(
        _ request: AllocationRequest, mode: AllocationMode, cpu: Int = 0,
        onTake: ((Range<Int>) -> Void)? = nil, onEvent: ((AllocationEvent) -> Void)? = nil
    ) -> AllocationOutcome {
        var outcome = AllocationOutcome()
        outcome.startNanoseconds = memory.timeline.now
        if recordsBusyWindows { busyWindows.removeAll(keepingCapacity: true) }
        chargeCall()
        zone.load?.callerIsRunning = true
        defer { zone.load?.callerIsRunning = false }
        let effort = zone.effort(of: mode)
        var counts = true
        underPerCPULists(of: effort, &outcome) {
            counts = search(request, effort: effort, cpu: cpu, onTake: onTake, onEvent: onEvent, into: &$0)
        }
        zone.settle()
        if outcome.offset == nil, counts {
            // A driver may ask for more than a machine word counts.
            let (sum, isTooMuch) = failedPagesInAll.addingReportingOverflow(max(request.count, 0))
            failedPagesInAll = isTooMuch ? .max : sum
        }
        outcome.durationNanoseconds = memory.timeline.now - outcome.startNanoseconds
        return outcome
    }

    /// Does something with the per-CPU page lists switched off, if the caller asks for it. Follows
    /// zone_pcp_disable() and zone_pcp_enable().
    func underPerCPULists(
        of effort: AllocationEffort, _ outcome: inout AllocationOutcome,
        _ body: (inout AllocationOutcome) -> Void
    ) {
        guard effort.disablesPerCPULists else { return body(&outcome) }
        outcome.drains += 1
        outcome.interrupts += zone.drainAllPages()
        zone.perCPUDisabled += 1
        body(&outcome)
        zone.perCPUDisabled -= 1
    }

    /// - Returns: whether the call counts as one that succeeded or failed.
    private func search(
        _ request: AllocationRequest, effort: AllocationEffort, cpu: Int, onTake: ((Range<Int>) -> Void)?,
        onEvent: ((AllocationEvent) -> Void)?, into outcome: inout AllocationOutcome
    ) -> Bool {
        let rule = zone.search
        outcome.errno = rule.withoutWindow
        if request.count > 0 { tell(.start, at: nil, of: request, outcome, onEvent) }
        guard request.count > 0, (0...40).contains(request.align) else { return true }
        guard request.count <= geometry.pages else {
            switch rule.largerThanArea {
            case .staysOpen(let counts): return counts
            case .fails: tell(.failure, at: nil, of: request, outcome, onEvent)
            }
            return true
        }
        var lastTried: Int?
        for range in ranges {
            let found = search(
                range, for: request, effort: effort, cpu: cpu, onTake: onTake, onEvent: onEvent,
                lastTried: &lastTried, into: &outcome)
            if found { return true }
            guard outcome.errno == .busy else { break }
        }
        tell(.failure, at: lastTried, of: request, outcome, onEvent)
        return true
    }

    @inline(__always)
    private func tell(
        _ kind: AllocationEvent.Kind, at offset: Int?, of request: AllocationRequest,
        _ outcome: AllocationOutcome, _ onEvent: ((AllocationEvent) -> Void)?
    ) {
        guard let onEvent else { return }
        // What a call costs by itself comes after its beginning.
        let now = kind == .start ? outcome.startNanoseconds : instant
        onEvent(
            AllocationEvent(
                kind: kind, nanoseconds: now, offset: offset, count: request.count, align: request.align,
                errno: kind == .failure ? outcome.errno : nil))
    }

    /// Searches one range; `outcome` has the offset, or the errno of the last window tried.
    private func search(
        _ range: AreaRange, for request: AllocationRequest, effort: AllocationEffort, cpu: Int,
        onTake: ((Range<Int>) -> Void)?, onEvent: ((AllocationEvent) -> Void)?, lastTried: inout Int?,
        into outcome: inout AllocationOutcome
    ) -> Bool {
        let shape = WindowShape(request, in: range, of: self)
        let bits = range.bitmap.count
        guard shape.bits <= bits else { return false }
        let rule = zone.search
        let firstBit =
            effort.cachesLastFailure && range.nextSearchBit + shape.bits <= bits ? range.nextSearchBit : 0
        var start = firstBit
        var wrapped = firstBit == 0
        var rescans = 0
        while true {
            if rule.refusesBeyondAvailable, request.count > geometry.pages - allocatedPages { break }
            if onEvent == nil, isQuiet(for: effort) {
                let passed = passRefused(
                    in: range, from: start, below: wrapped && firstBit > 0 ? firstBit : bits, shape: shape,
                    effort: effort, into: &outcome)
                start = passed.next
                if effort.cachesLastFailure, let behind = passed.behindRefused {
                    range.nextSearchBit = behind
                }
            }
            let found = range.bitmap.nextZeroArea(
                from: start, bits: shape.bits, mask: shape.mask, offset: shape.alignOffset)
            guard let bit = found, !(wrapped && firstBit > 0 && bit >= firstBit) else {
                if !wrapped {
                    wrapped = true
                    start = 0
                    continue
                }
                guard outcome.errno == .busy, rescans < effort.rescans else { break }
                rescans += 1
                outcome.errno = rule.withoutWindow
                start = 0
                zone.settle()
                memory.timeline.advance(by: effort.rescanDelayNanoseconds)
                continue
            }
            let offset = range.offset(ofBit: bit)
            lastTried = offset
            attempt(
                offset..<offset + request.count, in: range, effort: effort, cpu: cpu, onTake: onTake,
                into: &outcome)
            guard let errno = outcome.errno else {
                outcome.offset = offset
                tell(.success, at: offset, of: request, outcome, onEvent)
                return true
            }
            if errno != .busy { break }
            outcome.busyRetries += 1
            tell(.busyRetry, at: offset, of: request, outcome, onEvent)
            if recordsBusyWindows { busyWindows.append(offset) }
            start = shape.next(after: bit, step: effort.retryStep)
            if effort.cachesLastFailure { range.nextSearchBit = start }
        }
        if effort.cachesLastFailure { range.nextSearchBit = 0 }
        return false
    }

    /// What entering cma_alloc() costs.
    func chargeCall() {
        if zone.work[.call] == 0 { zone.charge(.firstCall) }
        zone.charge(.call)
    }

    /// Tries one window whose bits are clear; its bits are set when that succeeds, `outcome` has the
    /// errno when it does not. `onTake` is called before the time of a window that was taken passes.
    /// Follows the body of the loop in cma_alloc().
    func attempt(
        _ window: Range<Int>, in range: AreaRange, effort: AllocationEffort, cpu: Int,
        onTake: ((Range<Int>) -> Void)?, into outcome: inout AllocationOutcome
    ) {
        let bits = range.bits(of: window)
        let isShared = memory.timeline.isShared
        if isShared { mark(bits, of: range) }
        outcome.mutexWaitNanoseconds += mutex.lock(memory.timeline)
        let result = zone.takeRange(
            range.frames(at: window), effort: effort, firstWindow: !outcome.hasFlushedLRU, cpu: cpu)
        if effort.disablesLRUCache { outcome.hasFlushedLRU = true }
        if result.errno == nil {
            mark(bits, of: range)
            allocatedPagesInAll += window.count
            onTake?(window)
        }
        if isShared { zone.settle() }
        outcome.othersWaitedNanoseconds += mutex.unlock(memory.timeline)
        outcome.add(result)
        if result.errno != nil, isShared { unmark(bits, of: range) }
    }

    /// Gives back `count` pages from `offset`, both in pages; part of an allocation is allowed.
    ///
    /// The pages are free and their bits clear at one instant, and the time that this costs passes afterwards.
    /// - Parameter onRelease: is called with the event at that instant, before another caller can get the pages.
    /// - Returns: false, with nothing changed, when the pages leave the area or a range of it, or one of them is not
    ///   allocated. Where the kernel checks only the first page and then trusts its caller, this
    ///   refuses.
    ///
    /// Follows cma_release() in Linux 6.1 and 7.3 mm/cma.c.
    @discardableResult
    public func release(
        offset: Int, count: Int, cpu: Int = 0, onRelease: (AllocationEvent) -> Void = { _ in }
    ) -> Bool {
        guard offset >= 0, count > 0, offset < geometry.pages, count <= geometry.pages - offset,
            isInOneRange(offset..<offset + count)
        else { return false }
        let range = range(at: offset)
        let frames = range.frames(at: offset..<offset + count)
        for pfn in frames where zone.frames[pfn].kind != .contiguous { return false }
        zone.freeContiguousRange(frames, cpu: cpu)
        releasedPagesInAll += count
        unmark(range.bits(of: offset..<offset + count), of: range)
        onRelease(
            AllocationEvent(kind: .release, nanoseconds: instant, offset: offset, count: count, align: 0))
        zone.charge(.release)
        zone.charge(.releasePage, count)
        zone.settle()
        return true
    }

    /// Takes over what a recorded kernel did instead of this area in its last call: nothing that this
    /// area allocated stays, what the kernel allocated is held, and the search goes on where the
    /// kernel's would.
    public func adopt(
        _ request: AllocationRequest, mode: AllocationMode, instead emulated: Int?, recorded: Int?,
        busy: [Int]
    ) {
        if emulated != recorded {
            if let emulated {
                let pages = emulated..<emulated + request.count
                for page in pages { self[page] = .free }
                let range = range(at: emulated)
                unmark(range.bits(of: pages), of: range)
            }
            if let recorded {
                hold(offset: recorded, count: request.count)
            }
        }
        guard mode.cachesLastFailure else { return }
        if recorded == nil {
            for range in ranges { range.nextSearchBit = 0 }
        } else if let last = busy.last {
            let range = range(at: last)
            range.nextSearchBit = WindowShape(request, in: range, of: self).next(
                after: range.bits(of: last..<last + 1).lowerBound, step: zone.effort(of: mode).retryStep)
        }
    }

    /// Marks `count` pages from `offset` as allocated without an allocation, for a start state. Pages
    /// in use there are gone.
    public func hold(offset: Int, count: Int) {
        for page in offset..<offset + count { self[page] = .held }
        for (range, pages) in parts(of: offset..<offset + count) { mark(range.bits(of: pages), of: range) }
    }
}
