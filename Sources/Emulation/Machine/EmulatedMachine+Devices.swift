public import AllocationStrategies
import Measurement
public import PhysicalMemory

/// A device of the machine and what its driver has done until now.
struct EmulatedDevice {
    let area: Int
    /// How its driver gathers when the run does not say.
    let strategy: StrategyChoice?
    var record: DeviceRecord
    var latencies = LatencyHistogram()
    var limits = DMALimits.none
    var openSets = 0
    /// What became of the frames of its jobs and of engines that are off again.
    var streamed = StreamCounts()
    /// Its area as its driver reaches it, made when that is asked for first.
    var access: AreaAccess?
    /// What its driver is asking for at the moment; nil between requests.
    var request: DriverRequest?
}

extension EmulatedMachine {
    /// Announces a device. Nil when the name is empty, taken or longer than 64 bytes, there is no such area, or there are too
    /// many devices.
    ///
    /// - Parameters:
    ///   - area: number of the area that serves its allocations, in the configuration's order.
    ///   - strategy: how its driver gathers, unless the run has a strategy or a mode for all.
    public func registerDevice(named name: String, area: Int = 0, strategy: StrategyChoice? = nil) -> Int? {
        guard !name.isEmpty, name.utf8.count <= Self.deviceNameLimit, devices.count < Self.deviceLimit,
            areas.indices.contains(area), !devices.contains(where: { $0.record.name == name })
        else { return nil }
        let own = configuration.strategy == nil && configuration.forcedMode == nil ? strategy : nil
        var record = DeviceRecord(name: name)
        record.area = areas[area].name
        record.strategy = own?.name
        devices.append(EmulatedDevice(area: area, strategy: own, record: record))
        for area in areas { area.deviceNames.append(name) }
        return devices.count - 1
    }

    /// Lets a strategy take what it holds for nobody, before any device asks.
    public func prepare(_ strategy: StrategyChoice, area: Int) {
        guard areas.indices.contains(area) else { return }
        _ = instance(of: strategy, in: areas[area])
    }

    /// What a driver gathers by: the run's strategy, or else the device's own. Nil when neither says.
    private func strategy(of device: Int) -> StrategyChoice? {
        configuration.strategy ?? devices[device].strategy
    }

    public var deviceCount: Int { devices.count }

    /// cma_alloc() on behalf of a device: in the mode asked for, or as its strategy gathers a single
    /// chunk of that size.
    /// - Returns: the first pfn, or nil when no window could be had.
    public func allocate(_ request: AllocationRequest, mode: AllocationMode, device: Int) -> Int? {
        if strategy(of: device) != nil, request.count > 0 {
            let chunk = GatherRequest(wanted: 1, chunkPages: request.count, align: request.align)
            return gather(chunk, device: device).first
        }
        let chunk = GatherRequest(wanted: 1, chunkPages: request.count, align: request.align)
        beginRequest(device)
        let pfn = allocateDirectly(request, mode: configuration.forcedMode ?? mode, device: device)
        if let pfn {
            hand(pfn: pfn, count: request.count, device: device)
            devices[device].record.chunkPages = request.count
        } else {
            area(of: device).noteFailure()
        }
        endRequest(chunk, got: pfn == nil ? 0 : 1, device: device)
        return pfn
    }

    /// One cma_alloc() in exactly this mode, whatever the strategy is.
    public func allocateDirectly(_ request: AllocationRequest, mode: AllocationMode, device: Int) -> Int? {
        let outcome = access(of: device).allocate(pages: request.count, align: request.align, mode: mode)
        return outcome.offset.map { area(of: device).area.geometry.pfn(at: $0) }
    }

    /// Pages that a driver took by itself are in its hand at once.
    public func hand(pfn: Int, count: Int, device: Int) {
        let area = area(of: device)
        guard let offset = area.offset(of: pfn),
            area.owners.hand(offset: offset, count: count, to: device) != nil
        else { return }
        devices[device].record.chunks += 1
    }

    /// Gathers chunks for a device by its strategy; without one, in the forced mode or as
    /// `Strategy.standard`.
    /// - Returns: first pfns, as many as were got.
    public func gather(_ request: GatherRequest, device: Int) -> [Int] {
        beginRequest(device)
        let pfns = gatherChunks(request, device: device)
        endRequest(request, got: pfns.count, device: device)
        return pfns
    }

    private func gatherChunks(_ request: GatherRequest, device: Int) -> [Int] {
        let area = area(of: device)
        guard request.wanted > 0, request.chunkPages > 0, request.chunkPages <= area.area.geometry.pages,
            (0...40).contains(request.align)
        else {
            noteFailure(.noMemory, device: device)
            return []
        }
        let request = GatherRequest(
            wanted: min(request.wanted, area.area.geometry.pages / request.chunkPages + 1),
            chunkPages: request.chunkPages, align: request.align)
        let strategy = instance(of: strategy(of: device) ?? configuration.implicitStrategy, in: area)
        let heldBefore = area.owners.heldPages(by: device)
        let offsets = strategy.gather(request, through: access(of: device))
        var pfns: [Int] = []
        var ignored: [Int] = []
        for offset in offsets.prefix(request.wanted) {
            let pfn = area.pfn(atAnyOffset: offset)
            guard pfn & (1 << request.align - 1) == 0,
                let stocked = area.owners.hand(offset: offset, count: request.chunkPages, to: device)
            else {
                ignored.append(pfn)
                continue
            }
            devices[device].record.pagesHeldAtExit += stocked
            pfns.append(pfn)
        }
        area.noteKept(
            area.owners.heldPages(by: device) - heldBefore - pfns.count * request.chunkPages)
        if let first = ignored.first {
            let place = area.offset(of: first).map { "page \($0) of the area" } ?? "no page of the area"
            let text =
                "ignored \(ignored.count) of \(min(offsets.count, request.wanted)) chunks from the strategy, "
                + "the first at \(place): not all its own, or not aligned to 2^\(request.align) pages"
            log(level: 3, text)
        }
        devices[device].record.chunks += pfns.count
        devices[device].record.chunkPages = request.chunkPages
        if pfns.count < request.wanted { area.noteFailure() }
        return pfns
    }

    /// cma_release() on behalf of a device's driver. False, with nothing changed, when a page of the
    /// range is not in its hand. The record says when a part of an allocation is given back, or a buffer
    /// that the device has.
    public func release(pfn: Int, count: Int, device: Int) -> Bool {
        let area = area(of: device)
        guard let offset = area.offset(of: pfn),
            area.owners.isHeld(offset: offset, count: count, by: device, inHand: true)
        else { return false }
        let strategy = strategy(of: device).map { instance(of: $0, in: area) }
        noteRelease(offset: offset, count: count, device: device)
        if strategy?.takeBack(offset..<offset + count) ?? false {
            area.owners.putInStock(offset: offset, count: count)
            devices[device].record.pagesHeldAtExit -= count
        } else {
            // Another device can have the pages as soon as the time of the release passes: all that tells whose
            // they are changes before.
            let isReleased = area.area.release(offset: offset, count: count, cpu: cpu) { event in
                area.owners.takeBack(offset: offset, count: count)
                devices[device].record.pagesHeldAtExit -= count
                area.onEvent?(event, device)
            }
            guard isReleased else { return false }
        }
        area.noteRelease()
        return true
    }

    /// cma_release() on behalf of the strategy that gathers for a device. False, with nothing changed,
    /// when a page of the range is not its own: what the driver has in hand is the driver's to release.
    public func releaseTaken(pfn: Int, count: Int, device: Int) -> Bool {
        let area = area(of: device)
        guard let offset = area.offset(of: pfn),
            area.owners.isHeld(offset: offset, count: count, by: device, inHand: false)
        else { return false }
        access(of: device).release(offset..<offset + count)
        return true
    }

    func area(of device: Int) -> EmulatedArea { areas[devices[device].area] }

    /// The instance of a strategy that works in an area.
    func instance(of choice: StrategyChoice, in area: EmulatedArea) -> any GatheringStrategy {
        area.strategy(named: choice.name) {
            switch choice {
            case .known(let strategy): strategy.instance()
            case .loaded(let name): loadedStrategies[name] ?? Strategy.standard.instance()
            }
        }
    }

    /// The area as a device's driver reaches it.
    public func access(of device: Int) -> AreaAccess {
        if let access = devices[device].access { return access }
        let access = makeAccess(of: device)
        devices[device].access = access
        return access
    }

    private func makeAccess(of device: Int) -> AreaAccess {
        let area = area(of: device)
        return AreaAccess(
            area: area.area, device: device, cpu: { [unowned self] in cpu },
            onCall: { [unowned self] in note($0, device: device) },
            onTake: { [unowned self] pages in
                area.owners.give(offset: pages.lowerBound, count: pages.count, to: device)
                devices[device].record.pagesHeldAtExit += pages.count
                for frames in area.area.frames(at: pages) { audit?.overwrite(frames) }
            },
            onGiveBack: { [unowned self] pages in
                area.owners.takeBack(offset: pages.lowerBound, count: pages.count)
                devices[device].record.pagesHeldAtExit -= pages.count
            }, onEvent: area.onEvent.map { report in { report($0, device) } })
    }
}

extension EmulatedDevice {
    /// Puts a call on the device's account.
    mutating func note(_ outcome: AllocationOutcome) {
        latencies.record(outcome.durationNanoseconds)
        record.calls += 1
        if outcome.errno != nil { record.failedCalls += 1 }
        record.busyRetries += outcome.busyRetries
        record.pagesMigrated += outcome.pagesMigrated
        record.pagesDropped += outcome.pagesDropped
        record.drains += outcome.drains
        record.interrupts += outcome.interrupts
        record.othersWaitedNanoseconds += outcome.othersWaitedNanoseconds
    }
}
