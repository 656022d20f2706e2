import BackgroundActivity
public import Measurement
public import PhysicalMemory
public import Recordings

/// A machine with one contiguous area, and the devices whose drivers allocate from it.
///
/// Every operation takes plain indices, checked here: whoever drives the machine may be wrong.
public final class EmulatedMachine {
    public let configuration: MachineConfiguration
    public let clock: Timeline
    public let area: ContiguousArea

    private var devices: [DeviceRecord] = []
    private var latencies: [LatencyHistogram] = []
    private var sets: [BufferSet] = []
    private var log: [LogLine] = []
    private var start = PageCounts()
    private var strip: [PageCounts]
    /// Hears every log line when it comes, and the progress of buffer sets as lines of level 7.
    public var onLine: ((LogLine) -> Void)?
    private let owners: PageOwners
    private let background: BackgroundProcesses?
    private let audit: ContentsAudit?

    /// Most devices, buffer sets and log lines that one run may create.
    public static let deviceLimit = 1000
    public static let setLimit = 100_000
    public static let logLimit = 1000

    public init(_ configuration: MachineConfiguration) throws(RecordingError) {
        self.configuration = configuration
        switch configuration.start {
        case .generated(let fill, let pins):
            do {
                area = try configuration.generate(fill: fill, pins: pins).areas[0]
            } catch {
                throw RecordingError(.inconsistent("\(error)"), line: 0)
            }
        case .recorded(let recording):
            area = try MachineMemory.area(startOf: recording, costs: configuration.costs)
        }
        clock = area.memory.timeline
        if configuration.hasContents {
            audit = ContentsAudit(area.memory)
            guard audit != nil else {
                throw RecordingError(.inconsistent("the system has no memory for the pages' bytes"), line: 0)
            }
        } else {
            audit = nil
        }
        if configuration.background.isEmpty {
            background = nil
        } else {
            background = BackgroundProcesses(
                on: area.memory, load: configuration.background, seed: configuration.seed)
            clock.advance(by: configuration.warmUpNanoseconds)
        }
        owners = PageOwners(pages: area.geometry.pages)
        strip = Self.strip(of: area)
        start = strip.reduce(into: PageCounts()) { sum, cell in
            sum.free += cell.free
            sum.movable += cell.movable
            sum.pinned += cell.pinned
            sum.held += cell.held
        }
    }

    /// The CPU that drivers run on.
    private var cpu: Int { background?.leastLoadedCPU ?? 0 }

    // MARK: Devices

    /// Announces a device. Nil when the name is empty or taken, or there are too many devices.
    public func registerDevice(named name: String) -> Int? {
        guard !name.isEmpty, name.utf8.count <= 64, devices.count < Self.deviceLimit,
            !devices.contains(where: { $0.name == name })
        else { return nil }
        devices.append(DeviceRecord(name: name))
        latencies.append(LatencyHistogram())
        return devices.count - 1
    }

    public var deviceCount: Int { devices.count }

    /// cma_alloc() on behalf of a device.
    /// - Returns: the first pfn, or nil when no window could be had.
    public func allocate(_ request: AllocationRequest, mode: AllocationMode, device: Int) -> Int? {
        let outcome = area.allocate(request, mode: configuration.forcedMode ?? mode, cpu: cpu)
        latencies[device].record(outcome.durationNanoseconds)
        devices[device].calls += 1
        devices[device].busyRetries += outcome.busyRetries
        devices[device].pagesMigrated += outcome.pagesMigrated
        guard let offset = outcome.offset else {
            devices[device].failedCalls += 1
            return nil
        }
        devices[device].chunks += 1
        devices[device].pagesHeldAtExit += request.count
        owners.give(offset: offset, count: request.count, to: device)
        let first = area.geometry.basePFN + offset
        audit?.overwrite(first..<first + request.count)
        return area.geometry.basePFN + offset
    }

    /// cma_release() on behalf of a device. False, with nothing changed, when a page of the range is
    /// not held by that device.
    public func release(pfn: Int, count: Int, device: Int) -> Bool {
        guard let offset = offset(of: pfn), owners.isHeld(offset: offset, count: count, by: device),
            area.release(offset: offset, count: count, cpu: cpu)
        else { return false }
        owners.takeBack(offset: offset, count: count)
        devices[device].pagesHeldAtExit -= count
        return true
    }

    /// Where a frame lies in the area, in pages from its base; nil for one below it.
    private func offset(of pfn: Int) -> Int? {
        pfn >= area.geometry.basePFN ? pfn - area.geometry.basePFN : nil
    }

    /// Lets emulated time pass.
    public func sleep(nanoseconds: UInt64) { clock.advance(by: nanoseconds) }

    /// Adds a line to the run's log; lines past the limit are dropped.
    public func log(level: UInt32, _ text: String) {
        guard log.count < Self.logLimit else { return }
        let line = LogLine(nanoseconds: clock.now, level: level, text: text)
        log.append(line)
        onLine?(line)
    }

    // MARK: Buffer sets

    /// Opens a set for a device that has none open. Nil on a bad number or name.
    public func openSet(named name: String, wanted: Int, minimum: Int, device: Int) -> Int? {
        guard minimum >= 1, minimum <= wanted, sets.count < Self.setLimit,
            !sets.contains(where: { $0.device == device && $0.isOpen })
        else { return nil }
        sets.append(
            BufferSet(name: name, device: device, wanted: wanted, minimum: minimum, now: clock.now))
        return sets.count - 1
    }

    public var setCount: Int { sets.count }

    /// Adds a buffer made of the chunks at `pfns`, each of `chunkPages` pages, all held by the set's
    /// device and part of no other buffer. Nil when they are not, or the set is closed or full; else the
    /// buffer's index.
    public func addBuffer(toSet set: Int, chunks pfns: some Collection<Int>, chunkPages: Int) -> Int? {
        guard sets[set].isOpen, sets[set].got < sets[set].wanted else { return nil }
        let offsets = pfns.compactMap(offset(of:))
        guard offsets.count == pfns.count,
            owners.makeBuffer(ofChunksAt: offsets, chunkPages: chunkPages, device: sets[set].device)
        else { return nil }
        sets[set].got += 1
        sets[set].lastBufferAt = clock.now
        if let onLine {
            let owner = devices[sets[set].device].name
            let text = "\(owner): \(sets[set].name): \(sets[set].got) of \(sets[set].wanted) buffers"
            onLine(LogLine(nanoseconds: clock.now, level: 7, text: text))
        }
        return sets[set].got - 1
    }

    /// Ends the gathering. Nil when the set is closed already; else the number of its buffers.
    public func closeSet(_ set: Int) -> Int? {
        guard sets[set].isOpen else { return nil }
        sets[set].isOpen = false
        strip = Self.strip(of: area)
        return sets[set].got
    }

    // MARK: Result

    /// What has been measured until now.
    public func record(plugin: PluginRecord) -> RunRecord {
        var devices = devices
        for device in devices.indices {
            devices[device].callNanoseconds = latencies[device].summary
            let sets = sets.filter { $0.device == device }
            devices[device].buffersWanted = sets.reduce(0) { $0 + $1.wanted }
            devices[device].buffersMin = sets.reduce(0) { $0 + $1.minimum }
            devices[device].buffersGot = sets.reduce(0) { $0 + $1.got }
            devices[device].satisfied = sets.allSatisfy(\.satisfied)
            devices[device].timeToSatisfactionNanoseconds =
                sets.isEmpty || !devices[device].satisfied
                ? nil : sets.reduce(0) { $0 + $1.lastBufferAt - $1.openedAt }
        }
        let geometry = area.geometry
        return RunRecord(
            seed: configuration.seed, mode: configuration.forcedMode?.name ?? "as-asked",
            costs: configuration.costsName, memoryPages: configuration.memoryPages,
            area: AreaRecord(
                basePFN: geometry.basePFN, pages: geometry.pages, orderPerBit: geometry.orderPerBit,
                start: start, strip: strip),
            plugin: plugin, devices: devices, log: log, elapsedNanoseconds: clock.now,
            background: configuration.background.isEmpty ? nil : configuration.background.summary,
            contents: audit?.verify())
    }

    /// The area cut into at most 64 equal stretches.
    private static func strip(of area: ContiguousArea) -> [PageCounts] {
        let pages = area.geometry.pages
        let cells = min(64, pages)
        return (0..<cells).map { cell in
            let counts = area.counts(in: pages * cell / cells..<pages * (cell + 1) / cells)
            var cell = PageCounts()
            cell.free = counts.free
            cell.movable = counts.movable
            cell.pinned = counts.pinned
            cell.held = counts.held
            return cell
        }
    }
}
