public import Measurement

/// What one run at a size came to, as far as the size is concerned.
public struct SizedRun: Sendable {
    /// Every device was satisfied and no operation returned an error.
    public let isSuccess: Bool
    /// Whether each device had what it needs, in the order of the record.
    public let devices: [(name: String, isSatisfied: Bool)]
    /// The most that devices held of the area at one moment, pages.
    public let heldPages: Int
    /// What kept it from success.
    public let obstacle: SizeObstacle?

    /// - Parameters:
    ///   - area: number of the area whose size is in question.
    ///   - needsAllBuffers: whether a buffer set has to be whole, instead of reaching its minimum.
    public init(_ record: RunRecord, area: Int, needsAllBuffers: Bool = false) {
        devices = record.devices.map { device in
            let isWhole = device.sets.allSatisfy { $0.got == $0.wanted }
            return (device.name, device.satisfied && (isWhole || !needsAllBuffers))
        }
        isSuccess = devices.allSatisfy(\.isSatisfied) && record.failures.isEmpty
        heldPages = record.areas.indices.contains(area) ? record.areas[area].peak.heldPages : 0
        obstacle = isSuccess ? nil : SizeObstacle(of: record, needsAllBuffers: needsAllBuffers)
    }
}

/// How many of the seeds succeeded at one size.
public struct SizePoint: Codable, Sendable, Hashable {
    /// Seeds in which a device had what it needs.
    public struct Device: Codable, Sendable, Hashable {
        public var name: String
        public var satisfied: Int
    }

    public var pages: Int
    public var successes = 0
    public var runs = 0
    /// In the order in which they were announced.
    public var devices: [Device] = []

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
    }

    private enum CodingKeys: String, CodingKey {
        case pages, successes, runs, devices, share, low, high
        case mebibytes = "area_mib"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pages = try container.decode(Int.self, forKey: .pages)
        successes = try container.decode(Int.self, forKey: .successes)
        runs = try container.decode(Int.self, forKey: .runs)
        devices = try container.decode([Device].self, forKey: .devices)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pages, forKey: .pages)
        try container.encode(pages >> 8, forKey: .mebibytes)
        try container.encode(successes, forKey: .successes)
        try container.encode(runs, forKey: .runs)
        try container.encode(devices, forKey: .devices)
        try container.encode(share, forKey: .share)
        try container.encode(interval.low, forKey: .low)
        try container.encode(interval.high, forKey: .high)
    }
}
