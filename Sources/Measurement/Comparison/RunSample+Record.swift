extension RunSample {
    /// What a device made of a recorded run.
    public init(_ record: RunRecord, device: DeviceRecord, caseName: String, strategy: String) {
        let area = record.areas.first { $0.name == device.area }
        var values: [ComparedMetric: Double] = [
            .buffersGot: Double(device.buffersGot), .satisfied: device.satisfied ? 1 : 0,
            .gatheringTime: Double(device.gatheringNanoseconds),
            .longestStall: Double(device.callNanoseconds.max), .calls: Double(device.calls),
            .failedCalls: Double(device.failedCalls), .busyRetries: Double(device.busyRetries),
            .pagesMigrated: Double(device.pagesMigrated), .pagesDropped: Double(device.pagesDropped),
            .drains: Double(device.drains), .interrupts: Double(device.interrupts),
            .othersWaited: Double(device.othersWaitedNanoseconds),
        ]
        values[.timeToSatisfaction] = device.timeToSatisfactionNanoseconds.map { Double($0) }
        if let area {
            values[.reserve] = Double(area.reserve?.pages ?? 0)
            values[.preparation] = Double(area.reserve?.preparationNanoseconds ?? 0)
            values[.largestFree] = Double(area.left.largestRunPages)
            let order =
                device.chunkPages <= 1 ? 0 : Int.bitWidth - (device.chunkPages - 1).leadingZeroBitCount
            if area.left.usableChunks.indices.contains(order) {
                values[.usableChunks] = Double(area.left.usableChunks[order])
            }
        }
        self.init(
            caseName: caseName, device: device.name, strategy: strategy, seed: record.seed,
            buffersWanted: device.buffersWanted, buffersMin: device.buffersMin, values: values)
    }
}
