import AllocationStrategies
public import PhysicalMemory

/// What a driver asks for and gives back, each at its time.
public struct RequestLoad: Sendable {
    public enum Action: Sendable, Hashable {
        case allocate(AllocationRequest)
        /// Gives back what the request of this index in the load got.
        case release(request: Int)
    }

    public struct Request: Sendable, Hashable {
        /// ns from the moment at which the loads begin.
        public var nanoseconds: UInt64
        public var action: Action
        /// Decides between requests that are due at the same instant; another one for each of a run.
        public var rank: Int

        public init(nanoseconds: UInt64, action: Action, rank: Int) {
            self.nanoseconds = nanoseconds
            self.action = action
            self.rank = rank
        }
    }

    /// Name of the device.
    public var name: String
    /// Name of its area; one that the machine does not have stands for the default area.
    public var area: String
    /// Allocations with which the device is satisfied.
    public var minimum: Int
    /// In the order of their times.
    public var requests: [Request] = []

    public init(name: String, area: String, minimum: Int = 0) {
        self.name = name
        self.area = area
        self.minimum = minimum
    }

    /// Number of allocations.
    public var allocations: Int {
        requests.reduce(0) { total, request in
            if case .allocate = request.action { total + 1 } else { total }
        }
    }
}

/// A device whose driver follows a load.
public final class LoadedDevice {
    private let load: RequestLoad
    private let machine: EmulatedMachine
    private let device: Int
    private let set: Int?
    private var buffers: [Int: (buffer: Int?, pfn: Int, count: Int)] = [:]
    /// Releases of what was not got.
    public private(set) var releasesLeftOut = 0
    /// Requests that began late.
    public private(set) var lateRequests = 0

    /// Announces the device. Nil when the machine has too many, or one of that name.
    ///
    /// - Parameter strategy: how its driver gathers, unless the run has a strategy or a mode for all.
    public init?(_ load: RequestLoad, on machine: EmulatedMachine, strategy: StrategyChoice? = nil) {
        let area = machine.configuration.areas.firstIndex { $0.name == load.area } ?? 0
        guard let device = machine.registerDevice(named: load.name, area: area, strategy: strategy) else {
            return nil
        }
        self.load = load
        self.machine = machine
        self.device = device
        let wanted = load.allocations
        set =
            wanted > 0
            ? machine.openSet(
                named: "trace", wanted: wanted, minimum: max(min(load.minimum, wanted), 1), device: device)
            : nil
    }

    /// Makes every request at its time, or as soon after that as the one before has returned.
    public func live(from start: UInt64) {
        var idleSince = machine.clock.now
        for (index, request) in load.requests.enumerated() {
            let due = start + request.nanoseconds
            if machine.clock.now > due {
                lateRequests += 1
            } else {
                machine.clock.awaitTurn(at: due, rank: request.rank)
            }
            switch request.action {
            case .allocate(let wanted):
                if let set { machine.noteIdle(nanoseconds: machine.clock.now - idleSince, inSet: set) }
                allocate(wanted, number: index)
                idleSince = machine.clock.now
            case .release(let number): release(number)
            }
        }
        if let set {
            machine.noteIdle(nanoseconds: machine.clock.now - idleSince, inSet: set)
            _ = machine.closeSet(set)
        }
    }

    private func allocate(_ wanted: AllocationRequest, number: Int) {
        guard let pfn = machine.allocate(wanted, mode: .normal, device: device) else { return }
        let buffer = set.flatMap { set in
            try? machine.addBuffer(toSet: set, segments: [(pfn, wanted.count)])
        }
        buffers[number] = (buffer, pfn, wanted.count)
    }

    private func release(_ number: Int) {
        guard let got = buffers.removeValue(forKey: number) else {
            releasesLeftOut += 1
            return
        }
        if let set, let buffer = got.buffer { try? machine.removeBuffer(buffer, fromSet: set) }
        _ = machine.release(pfn: got.pfn, count: got.count, device: device)
    }
}
