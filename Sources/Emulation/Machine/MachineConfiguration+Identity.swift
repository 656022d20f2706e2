import PhysicalMemory

extension MachineConfiguration {
    /// Everything that decides how the machine behaves, apart from its seed and its strategy: lines of text,
    /// the same for the same machine.
    /// - Parameter state: a hash of the recorded state that it starts from.
    package func identity(state: String?) -> [String] {
        var lines = [
            "kernel \(kernel.name)", "memory \(memoryPages)", "cpus \(cpus)", "mutex \(kernel.search.mutex)",
            "contents \(hasContents)",
        ]
        if geometry != .standard {
            lines.append("pages \(geometry.pageShift) \(geometry.blockOrder) \(geometry.largestOrder)")
        }
        if firstPFN != 0 { lines.append("first \(firstPFN)") }
        for hole in absent { lines.append("absent \(hole.lowerBound) \(hole.count)") }
        for area in areas {
            let place = area.geometry
            lines.append("area \(place.basePFN) \(place.pages) \(place.orderPerBit) \(area.name)")
            if place.ranges.count > 1 {
                lines += place.ranges.map { "range \($0.lowerBound) \($0.count)" }
            }
        }
        switch start {
        case .generated(let fill, let pins): lines.append("generated \(fill) \(pins)")
        case .recorded: lines.append("recorded \(state ?? "")")
        }
        if let forcedMode { lines.append("mode \(forcedMode.name(on: kernel))") }
        lines += background.identity
        if !background.isEmpty { lines.append("warm-up \(warmUpNanoseconds)") }
        lines.append("costs \(costsName)")
        return lines + costs.description.split(separator: "\n").map(String.init)
    }
}

extension BackgroundLoad {
    fileprivate var identity: [String] {
        var lines: [String] = []
        if let load = writers {
            lines.append(
                "writers \(load.writers) \(load.diskBytesPerSecond) \(load.filePages) \(load.files) "
                    + "\(load.fsyncInterval) \(load.dirtyBackgroundRatio) \(load.dirtyRatio)")
        }
        if let load = anonymous {
            lines.append("processes \(load.processes) \(load.residentPages) \(load.turnoverPagesPerSecond)")
            if load.usesHugePages { lines.append("thp") }
            if load.isLocked { lines.append("mlock") }
        }
        if let load = references {
            lines.append(
                "references \(load.pinsPerSecond) \(load.shortestPinNanoseconds) \(load.pinTailIndex) "
                    + "\(load.locksPerSecond) \(load.meanLockNanoseconds)")
        }
        return lines
    }
}
