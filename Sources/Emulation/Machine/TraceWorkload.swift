public import KernelFormats
public import Measurement
import PhysicalMemory

/// The requests of a kernel's trace as loads: what would other strategies have done with them?
///
/// Every task that allocates is a device; of many tasks those with the same name are one, or all of an area.
/// What one task allocated and another gave back is given back by the first. A device is satisfied when it gets
/// as many allocations as the kernel made.
public struct TraceWorkload: Sendable {
    /// An area of the traced machine, as far as the trace tells.
    public struct Area: Sendable, Hashable {
        public var name: String
        public var basePFN: Int
        /// Whole pageblocks.
        public var pages: Int
    }

    public private(set) var loads: [RequestLoad] = []
    public private(set) var areas: [Area] = []
    public var record: TraceRecord

    /// A trace does not tell the size of a pageblock.
    private static let pageblock = PageGeometry.standard.blockPages
    /// Beyond any machine; pages.
    private static let sizeLimit = 1 << 32
    /// Devices that a run is split into at most.
    private static let deviceLimit = 32

    public init(_ trace: FTrace, name: String) {
        let history = FTraceHistory(trace)
        record = TraceRecord(name: name, calls: 0, failedCalls: 0, releases: 0)
        record.unfinishedCalls = history.unfinishedCalls
        record.losses = trace.losses.count
        areas = history.areas.compactMap { Self.area($0, of: history) }
        let naming = Self.naming(of: history)
        if let rule = naming.rule { record.assumed.append(rule) }
        let start = history.steps.map(Self.instant).min() ?? 0
        fill(from: history, start: start, naming: naming.name)
    }

    /// When a step began, on the trace's clock.
    private static func instant(_ step: FTraceHistory.Step) -> UInt64 {
        switch step {
        case .call(let call): call.startNanoseconds
        case .release(let release): release.nanoseconds
        }
    }

    /// Where the area must at least lie; the size where the kernel told it. Nil without any page frame.
    private static func area(_ name: String, of history: FTraceHistory) -> Area? {
        var first = Int.max
        var end = 0
        for step in history.steps where step.area == name {
            var ranges: [Range<Int>] = []
            switch step {
            case .call(let call):
                ranges = call.busy.map { $0..<$0 + call.count }
                if case .pages(let pfn) = call.result { ranges.append(pfn..<pfn + call.count) }
            case .release(let release): ranges = [release.pfn..<release.pfn + release.count]
            }
            for range in ranges {
                first = min(first, range.lowerBound)
                end = max(end, range.upperBound)
            }
        }
        guard first < end else { return nil }
        let base = first / pageblock * pageblock
        let told = history.areaPages[name] ?? 0
        let pages = min(max(end - base, told), sizeLimit)
        return Area(
            name: name, basePFN: base, pages: (pages + pageblock - 1) / pageblock * pageblock)
    }

    /// What the device of a task in an area is called.
    private static func naming(
        of history: FTraceHistory
    ) -> (rule: String?, name: (_ task: String, _ area: String) -> String) {
        let several = history.areas.count > 1
        func suffix(_ area: String) -> String { several ? "@\(area)" : "" }
        func program(_ task: String) -> String {
            task.lastIndex(of: "-").map { String(task[..<$0]) } ?? task
        }
        let rules: [(String?, (String, String) -> String)] = [
            (nil, { $0 + suffix($1) }),
            ("tasks of the same name are one device", { program($0) + suffix($1) }),
            ("all tasks of an area are one device", { $1.isEmpty ? "tasks" : $1 }),
        ]
        for rule in rules {
            var names: Set<String> = []
            for case .call(let call) in history.steps { names.insert(rule.1(call.task, call.area)) }
            if names.count <= deviceLimit { return rule }
        }
        return rules[2]
    }

    /// Something that was allocated: which request of which load, and how much of it is still out.
    private struct Allocation {
        var load: Int
        var request: Int
        var left: Int
    }

    private mutating func fill(
        from history: FTraceHistory, start: UInt64, naming: (String, String) -> String
    ) {
        var numbers: [String: Int] = [:]
        /// By area and first page frame of each page that is out.
        var out: [String: [Int: Allocation]] = [:]
        var split = 0
        for (rank, step) in history.steps.enumerated() {
            let instant = Self.instant(step) - start
            switch step {
            case .call(let call):
                record.calls += 1
                let name = Self.deviceName(naming(call.task, call.area))
                let load = numbers[name] ?? loads.count
                if load == loads.count {
                    numbers[name] = load
                    loads.append(RequestLoad(name: name, area: call.area))
                }
                loads[load].requests.append(
                    .init(
                        nanoseconds: instant,
                        action: .allocate(AllocationRequest(count: call.count, align: call.align)),
                        rank: rank))
                guard case .pages(let pfn) = call.result else {
                    record.failedCalls += 1
                    continue
                }
                loads[load].minimum += 1
                out[call.area, default: [:]][pfn] = Allocation(
                    load: load, request: loads[load].requests.count - 1, left: call.count)
            case .release(let release):
                record.releases += 1
                guard let (first, found) = Self.allocation(of: release, in: out[release.area] ?? [:]) else {
                    record.unknownReleases += 1
                    continue
                }
                if release.count < found.left {
                    split += 1
                    out[release.area]?[first]?.left -= release.count
                    continue
                }
                out[release.area]?[first] = nil
                loads[found.load].requests.append(
                    .init(nanoseconds: instant, action: .release(request: found.request), rank: rank))
            }
        }
        if split > 0 {
            record.assumed.append(
                "\(split) releases of a part wait for the release of the rest: what was got is given back whole"
            )
        }
        for index in loads.indices { loads[index].sortByTime() }
    }

    /// The allocation that a release is of: one that begins there, or the nearest that begins before.
    private static func allocation(
        of release: FTraceHistory.Release, in out: [Int: Allocation]
    ) -> (Int, Allocation)? {
        if let exact = out[release.pfn] { return (release.pfn, exact) }
        var nearest: (Int, Allocation)?
        for (pfn, allocation) in out where pfn < release.pfn && pfn > nearest?.0 ?? -1 {
            nearest = (pfn, allocation)
        }
        return nearest
    }

    /// At most 64 bytes that are one word.
    private static func deviceName(_ text: String) -> String {
        let name = String(decoding: text.utf8.prefix(60), as: UTF8.self)
        return name.isEmpty ? "tasks" : name
    }
}

extension RequestLoad {
    /// Calls are in the order of their ends; requests are made in the order of their beginnings.
    fileprivate mutating func sortByTime() {
        let order = requests.indices.sorted {
            (requests[$0].nanoseconds, requests[$0].rank) < (requests[$1].nanoseconds, requests[$1].rank)
        }
        var places = [Int](repeating: 0, count: order.count)
        for (place, index) in order.enumerated() { places[index] = place }
        requests = order.map { index in
            var request = requests[index]
            if case .release(let number) = request.action {
                request.action = .release(request: places[number])
            }
            return request
        }
    }
}
