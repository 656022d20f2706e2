/// A contiguous memory area (struct cma): cma_alloc() and cma_release() over a bitmap, on the memory
/// of a machine.
///
/// Not safe for use from several threads; an emulated machine lives on one.
public final class ContiguousArea {
    /// Where the area lies, as page frame numbers.
    public let geometry: AreaGeometry
    public let memory: MachineMemory
    /// The first page as a frame of the machine's zone, which counts from the beginning of memory.
    public let firstFrame: Int
    /// Whether `busyWindows` is filled; costs an append for each refused window.
    public var recordsBusyWindows = false
    /// Offsets in pages of the windows that the last call tried and found busy, in order.
    public internal(set) var busyWindows: [Int] = []

    /// Pages of allocations that succeeded, and of calls that failed: alloc_pages_success and
    /// alloc_pages_fail of sysfs.
    public internal(set) var allocatedPagesInAll = 0
    public private(set) var failedPagesInAll = 0
    public private(set) var releasedPagesInAll = 0

    let bitmap: PageBitmap
    /// What is known of the windows of requests that had many refused; see `passRefused`.
    var windowMaps: [WindowMap] = []
    /// Held while a window is isolated and emptied: cma_mutex, or the area's own.
    let mutex: VirtualMutex
    let zone: Zone
    /// Where the last-failed-pfn cache lets the next search begin, as a bit number.
    private var nextSearchBit = 0

    /// An area over pages that `memory` has set aside as a contiguous area.
    init(geometry: AreaGeometry, memory: MachineMemory, mutex: VirtualMutex) {
        self.geometry = geometry
        self.mutex = mutex
        self.memory = memory
        firstFrame = geometry.basePFN - memory.firstPFN
        zone = memory.zone
        bitmap = PageBitmap(count: geometry.bits)
    }

    /// Pages whose bit is set in the allocation bitmap.
    public var allocatedPages: Int { bitmap.setCount << geometry.orderPerBit }

    /// Pages of the longest stretch of the allocation bitmap that is clear, whatever its pages are used for.
    public var longestUnallocatedRun: Int {
        var longest = 0
        var first = bitmap.nextClear(from: 0)
        while first < bitmap.count {
            let end = bitmap.nextSet(from: first)
            longest = max(longest, end - first)
            first = bitmap.nextClear(from: end)
        }
        return min(longest << geometry.orderPerBit, geometry.pages)
    }

    /// Sets bits of the allocation bitmap.
    func mark(_ bits: Range<Int>) {
        bitmap.set(bits)
        zone.changes.mark(frames: frames(of: bits))
    }

    /// Clears them.
    func unmark(_ bits: Range<Int>) {
        bitmap.clear(bits)
        zone.changes.mark(frames: frames(of: bits))
    }

    private func frames(of bits: Range<Int>) -> Range<Int> {
        let (base, order) = (firstFrame, geometry.orderPerBit)
        return base + bits.lowerBound << order..<base + bits.upperBound << order
    }

    /// Whether a bit of the allocation bitmap is set.
    func isAllocated(bit: Int) -> Bool { bitmap[bit] }

    /// Allocates `request.count` pages whose first pfn is a multiple of 2^align.
    ///
    /// First fit from bit 0, or from behind the last failure when the mode caches it; a window with a
    /// page that cannot move is refused and the search goes on one alignment unit further.
    /// - Parameters:
    ///   - cpu: the CPU that the caller runs on.
    ///   - onTake: is called with the window, in pages from the area's base, at the instant at which its pages
    ///     become the caller's: before any time passes that another caller could see them in.
    ///   - onEvent: hears of the call's events when they happen.
    /// - Returns: the offset, or the errno: `.noMemory` if no window was tried or no page frame was
    ///   left to move to, else `.busy`.
    ///
    /// Follows cma_alloc() in Linux 6.1 mm/cma.c.
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
        underPerCPULists(of: effort, &outcome) {
            search(request, effort: effort, cpu: cpu, onTake: onTake, onEvent: onEvent, into: &$0)
        }
        zone.settle()
        if outcome.offset == nil {
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

    private func search(
        _ request: AllocationRequest, effort: AllocationEffort, cpu: Int, onTake: ((Range<Int>) -> Void)?,
        onEvent: ((AllocationEvent) -> Void)?, into outcome: inout AllocationOutcome
    ) {
        func tell(_ kind: AllocationEvent.Kind, _ offset: Int?) {
            // What a call costs by itself lies behind its beginning.
            let now = kind == .start ? outcome.startNanoseconds : instant
            onEvent?(
                AllocationEvent(
                    kind: kind, nanoseconds: now, offset: offset, count: request.count, align: request.align,
                    errno: kind == .failure ? outcome.errno : nil))
        }
        let withoutWindow = zone.search.withoutWindow
        outcome.errno = withoutWindow
        if request.count > 0 { tell(.start, nil) }
        guard request.count > 0, request.count <= geometry.pages, (0...40).contains(request.align) else {
            return
        }
        let shape = WindowShape(request, in: self)
        guard shape.bits <= geometry.bits else { return }

        let firstBit =
            effort.cachesLastFailure && nextSearchBit + shape.bits <= geometry.bits ? nextSearchBit : 0
        var start = firstBit
        var wrapped = firstBit == 0
        var rescans = 0
        var lastTried: Int?
        while true {
            if onEvent == nil, isQuiet(for: effort) {
                let end = wrapped && firstBit > 0 ? firstBit : geometry.bits
                let passed = passRefused(
                    from: start, below: end, shape: shape, effort: effort, into: &outcome)
                start = passed.next
                if effort.cachesLastFailure, let behind = passed.behindRefused { nextSearchBit = behind }
            }
            let found = bitmap.nextZeroArea(
                from: start, bits: shape.bits, mask: shape.mask, offset: shape.alignOffset)
            guard let bit = found, !(wrapped && firstBit > 0 && bit >= firstBit) else {
                if !wrapped {
                    wrapped = true
                    start = 0
                    continue
                }
                guard outcome.errno == .busy, rescans < effort.rescans else { break }
                rescans += 1
                outcome.errno = withoutWindow
                start = 0
                zone.settle()
                memory.timeline.advance(by: effort.rescanDelayNanoseconds)
                continue
            }
            let offset = bit << geometry.orderPerBit
            lastTried = offset
            attempt(
                offset..<offset + request.count, effort: effort, cpu: cpu, onTake: onTake, into: &outcome)
            guard let errno = outcome.errno else {
                outcome.offset = offset
                tell(.success, offset)
                return
            }
            if errno != .busy { break }
            outcome.busyRetries += 1
            tell(.busyRetry, offset)
            if recordsBusyWindows { busyWindows.append(offset) }
            start = shape.next(after: bit, step: effort.retryStep)
            if effort.cachesLastFailure { nextSearchBit = start }
        }
        if effort.cachesLastFailure { nextSearchBit = 0 }
        tell(.failure, lastTried)
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
        _ window: Range<Int>, effort: AllocationEffort, cpu: Int, onTake: ((Range<Int>) -> Void)?,
        into outcome: inout AllocationOutcome
    ) {
        let first = firstFrame + window.lowerBound
        let firstBit = window.lowerBound >> geometry.orderPerBit
        let bits = firstBit..<firstBit + geometry.bits(forPages: window.count)
        let isShared = memory.timeline.isShared
        if isShared { mark(bits) }
        outcome.mutexWaitNanoseconds += mutex.lock(memory.timeline)
        let result = zone.takeRange(
            first..<first + window.count, effort: effort, firstWindow: !outcome.hasFlushedLRU, cpu: cpu)
        if effort.disablesLRUCache { outcome.hasFlushedLRU = true }
        if result.errno == nil {
            mark(bits)
            allocatedPagesInAll += window.count
            onTake?(window)
        }
        if isShared { zone.settle() }
        outcome.othersWaitedNanoseconds += mutex.unlock(memory.timeline)
        outcome.add(result)
        if result.errno != nil, isShared { unmark(bits) }
    }

    /// Gives back `count` pages from `offset`, both in pages; part of an allocation is allowed.
    ///
    /// The pages are free and their bits clear at one instant, and the time that this costs passes afterwards.
    /// - Parameter onRelease: is called with the event at that instant, before another caller can get the pages.
    /// - Returns: false, with nothing changed, when the range leaves the area or a page of it is not
    ///   allocated. Where the kernel checks only the first page and then trusts its caller, this
    ///   refuses.
    ///
    /// Follows cma_release() in Linux 6.1 mm/cma.c.
    @discardableResult
    public func release(
        offset: Int, count: Int, cpu: Int = 0, onRelease: (AllocationEvent) -> Void = { _ in }
    ) -> Bool {
        guard offset >= 0, count > 0, offset < geometry.pages, count <= geometry.pages - offset else {
            return false
        }
        let first = firstFrame + offset
        for pfn in first..<first + count where zone.frames[pfn].kind != .contiguous { return false }
        zone.freePages(first..<first + count, cpu: cpu)
        releasedPagesInAll += count
        let firstBit = offset >> geometry.orderPerBit
        unmark(firstBit..<firstBit + geometry.bits(forPages: count))
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
            let bits = geometry.bits(forPages: request.count)
            if let emulated {
                for page in emulated..<emulated + request.count { self[page] = .free }
                let first = emulated >> geometry.orderPerBit
                unmark(first..<first + bits)
            }
            if let recorded {
                hold(offset: recorded, count: request.count)
            }
        }
        guard mode.cachesLastFailure else { return }
        if recorded == nil {
            nextSearchBit = 0
        } else if let last = busy.last {
            nextSearchBit = WindowShape(request, in: self).next(
                after: last >> geometry.orderPerBit, step: zone.effort(of: mode).retryStep)
        }
    }

    /// Marks `count` pages from `offset` as allocated without an allocation, for a start state. Pages
    /// in use there are gone.
    public func hold(offset: Int, count: Int) {
        for page in offset..<offset + count { self[page] = .held }
        let firstBit = offset >> geometry.orderPerBit
        mark(firstBit..<firstBit + geometry.bits(forPages: count))
    }
}
