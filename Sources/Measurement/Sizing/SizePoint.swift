/// What one run at a size came to, as far as the size is concerned: what the devices of the area got. Devices
/// of other areas do not count, they are only told.
public struct SizedRun: Sendable {
    /// A device of the area, or of another one.
    public struct Device: Sendable, Hashable {
        public let name: String
        public let area: String
        /// Whether it had what it needs.
        public let isSatisfied: Bool
    }

    /// Every device of the area had the buffers that are asked for, and no operation of theirs returned an
    /// error.
    public var isSuccess: Bool { needsAllBuffers ? hasAllBuffers : hasFewestBuffers }
    /// Every buffer set of the area reached its minimum, and no operation returned an error.
    public let hasFewestBuffers: Bool
    /// Every buffer set of the area was whole as well.
    public let hasAllBuffers: Bool
    /// Whether a buffer set of the area works with fewer buffers than it wants.
    public let canHaveFewer: Bool
    /// The devices of the area, in the order of the record.
    public let devices: [Device]
    /// Those of the other areas, in the order of the record.
    public let elsewhere: [Device]
    /// The most that devices held of the area at one moment, pages.
    public let heldPages: Int
    /// What kept it from success.
    public let obstacle: SizeObstacle?
    private let needsAllBuffers: Bool

    /// - Parameters:
    ///   - area: number of the area whose size is in question.
    ///   - needsAllBuffers: whether a buffer set has to be whole, instead of reaching its minimum.
    ///   - instancesElsewhere: names of the plugin instances whose devices are in other areas.
    public init(
        _ record: RunRecord, area: Int, needsAllBuffers: Bool = false,
        instancesElsewhere: Set<String> = []
    ) {
        self.needsAllBuffers = needsAllBuffers
        let place = record.areas.indices.contains(area) ? record.areas[area] : nil
        let own = record.devices.filter { $0.area == place?.name }
        let failures = record.failures.filter { !instancesElsewhere.contains($0.instance) }
        func device(_ device: DeviceRecord) -> Device {
            Device(
                name: device.name, area: device.area,
                isSatisfied: device.satisfied && (device.isWhole || !needsAllBuffers))
        }
        devices = own.map(device)
        elsewhere = record.devices.filter { $0.area != place?.name }.map(device)
        hasFewestBuffers = own.allSatisfy(\.satisfied) && failures.isEmpty
        hasAllBuffers = hasFewestBuffers && own.allSatisfy(\.isWhole)
        canHaveFewer = own.contains { $0.sets.contains { $0.minimum < $0.wanted } }
        heldPages = place?.peak.heldPages ?? 0
        let isSuccess = needsAllBuffers ? hasAllBuffers : hasFewestBuffers
        obstacle =
            isSuccess
            ? nil
            : SizeObstacle(of: own, failures: failures, in: place, needsAllBuffers: needsAllBuffers)
    }
}

extension DeviceRecord {
    /// Whether every buffer set has all buffers that were wanted.
    fileprivate var isWhole: Bool { sets.allSatisfy { $0.got == $0.wanted } }
}

/// How many of the seeds succeeded at one size.
public struct SizePoint: Codable, Sendable, Hashable {
    /// Seeds in which a device had what it needs.
    public struct Device: Codable, Sendable, Hashable {
        public var name: String
        public var satisfied: Int
    }

    /// The same of a device that another area serves.
    public struct ElsewhereDevice: Codable, Sendable, Hashable {
        public var name: String
        public var area: String
        public var satisfied: Int
    }

    public var pages: Int
    public var successes = 0
    public var runs = 0
    /// Those of the area, in the order in which they were announced.
    public var devices: [Device] = []
    /// Those of other areas, which do not decide about this one.
    public var elsewhere: [ElsewhereDevice] = []

    public init(pages: Int) { self.pages = pages }

    public var share: Double { runs == 0 ? 0 : Double(successes) / Double(runs) }

    /// The share with 95 % confidence.
    public var interval: ConfidenceInterval {
        WilsonInterval.share(successes, of: runs) ?? ConfidenceInterval(low: 0, high: 1)
    }

    public mutating func add(_ run: SizedRun) {
        runs += 1
        if run.isSuccess { successes += 1 }
        for device in run.devices {
            let index = devices.firstIndex { $0.name == device.name } ?? devices.endIndex
            if index == devices.endIndex { devices.append(Device(name: device.name, satisfied: 0)) }
            if device.isSatisfied { devices[index].satisfied += 1 }
        }
        for device in run.elsewhere {
            let index = elsewhere.firstIndex { $0.name == device.name } ?? elsewhere.endIndex
            if index == elsewhere.endIndex {
                elsewhere.append(ElsewhereDevice(name: device.name, area: device.area, satisfied: 0))
            }
            if device.isSatisfied { elsewhere[index].satisfied += 1 }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case pages, successes, runs, devices, elsewhere, share, low, high
        case mebibytes = "area_mib"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pages = try container.decode(Int.self, forKey: .pages)
        successes = try container.decode(Int.self, forKey: .successes)
        runs = try container.decode(Int.self, forKey: .runs)
        devices = try container.decode([Device].self, forKey: .devices)
        elsewhere = try container.decodeIfPresent([ElsewhereDevice].self, forKey: .elsewhere) ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pages, forKey: .pages)
        try container.encode(ResultPages.mebibytes(pages), forKey: .mebibytes)
        try container.encode(successes, forKey: .successes)
        try container.encode(runs, forKey: .runs)
        try container.encode(devices, forKey: .devices)
        if !elsewhere.isEmpty { try container.encode(elsewhere, forKey: .elsewhere) }
        try container.encode(share, forKey: .share)
        try container.encode(interval.low, forKey: .low)
        try container.encode(interval.high, forKey: .high)
    }
}
