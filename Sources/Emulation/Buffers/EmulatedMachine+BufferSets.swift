import Measurement
import PhysicalMemory

extension EmulatedMachine {
    /// Most sets that a device may have open at the same time.
    public static let openSetLimit = 64

    /// Opens a set. Nil on a bad number or name, or when the device has too many open.
    public func openSet(named name: String, wanted: Int, minimum: Int, device: Int) -> Int? {
        guard minimum >= 1, minimum <= wanted, sets.count < Self.setLimit,
            devices[device].openSets < Self.openSetLimit
        else { return nil }
        sets.append(
            BufferSet(name: name, device: device, wanted: wanted, minimum: minimum, now: clock.now))
        devices[device].openSets += 1
        return sets.count - 1
    }

    /// The driver of an open set wanted nothing for so long: that is no part of gathering.
    public func noteIdle(nanoseconds: UInt64, inSet set: Int) { sets[set].idleNanoseconds += nanoseconds }

    public var setCount: Int { sets.count }

    /// The device that a set belongs to.
    public func device(ofSet set: Int) -> Int { sets[set].device }

    /// What the device's DMA can address from now on; buffers that are there already stay.
    public func setLimits(_ limits: DMALimits, device: Int) { devices[device].limits = limits }

    /// Adds a buffer made of pieces, all held by the set's device and part of no other buffer.
    /// - Parameters:
    ///   - segments: first pfn and pages of each piece, in the order of the buffer's bytes.
    ///   - planeEnds: for each plane the number of pieces up to its end, ascending; the last is that of
    ///     all pieces. Empty for a single plane.
    /// - Returns: the buffer's index.
    /// - Throws: `.invalid` when the pieces or planes are not like that, or the set is closed or full;
    ///   `.range` when a plane breaks the device's `DMALimits`, which the record says how.
    public func addBuffer(
        toSet set: Int, segments: [(pfn: Int, pages: Int)], planeEnds: [Int] = []
    ) throws(DeviceErrno) -> Int {
        let device = sets[set].device
        let area = area(of: device)
        guard sets[set].isOpen, sets[set].got < sets[set].wanted,
            Self.isPlaneList(planeEnds, of: segments.count)
        else { throw .invalid }
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(segments.count)
        var offsets: [Range<Int>] = []
        offsets.reserveCapacity(segments.count)
        for segment in segments {
            guard segment.pages > 0, let offset = area.offset(of: segment.pfn),
                segment.pages <= area.area.geometry.pages - offset
            else { throw .invalid }
            ranges.append(segment.pfn..<segment.pfn + segment.pages)
            offsets.append(offset..<offset + segment.pages)
        }
        let number = buffers.count
        guard area.owners.makeBuffer(number, of: offsets, device: device) else { throw .invalid }
        if let violation = violation(of: ranges, planeEnds: planeEnds, device: device) {
            for range in offsets { area.owners.endBuffer(number, in: range) }
            violate("\(sets[set].name): \(violation)", device: device)
            throw .range
        }
        buffers.append((set, sets[set].buffers.count))
        sets[set].add(DeviceBuffer(number: number, segments: ranges), now: clock.now)
        if let onLine {
            let owner = devices[device].record.name
            let text = "\(owner): \(sets[set].name): \(sets[set].got) of \(sets[set].wanted) buffers"
            onLine(LogLine(nanoseconds: clock.now, level: 7, text: text))
        }
        return sets[set].got - 1
    }

    private static func isPlaneList(_ ends: [Int], of segments: Int) -> Bool {
        guard let last = ends.last else { return segments > 0 }
        return last == segments && zip([0] + ends, ends).allSatisfy(<)
    }

    private func violation(
        of segments: [Range<Int>], planeEnds: [Int], device: Int
    ) -> DMAViolation? {
        let limits = devices[device].limits
        var first = 0
        for (plane, end) in (planeEnds.isEmpty ? [segments.count] : planeEnds).enumerated() {
            if let violation = limits.violation(of: segments[first..<end], plane: plane) { return violation }
            first = end
        }
        return nil
    }

    /// Takes a buffer out of its set, so that its pages can be released; the set's count stays.
    /// - Throws: `.invalid` for a buffer that is not there, `.busy` when it is queued or in use.
    public func removeBuffer(_ index: Int, fromSet set: Int) throws(DeviceErrno) {
        try check(index, ofSet: set)
        guard sets[set].buffers[index].holder == .driver else { throw .busy }
        let area = area(of: sets[set].device)
        let buffer = sets[set].buffers[index]
        for range in buffer.segments {
            guard let offset = area.offset(of: range.lowerBound) else { continue }
            area.owners.endBuffer(buffer.number, in: offset..<offset + range.count)
        }
        sets[set].buffers[index].isRemoved = true
        sets[set].buffers[index].mapping = nil
        if !sets[set].isOpen { area.noteRelease() }
    }

    /// Ends the gathering. Nil when the set is closed already; else the number of its buffers.
    public func closeSet(_ set: Int) -> Int? {
        guard sets[set].isOpen else { return nil }
        sets[set].closedAt = clock.now
        devices[sets[set].device].openSets -= 1
        area(of: sets[set].device).noteClosedSet()
        return sets[set].got
    }

    /// Refuses the index of a buffer that never was, or was taken out.
    func check(_ index: Int, ofSet set: Int) throws(DeviceErrno) {
        guard sets[set].buffers.indices.contains(index), !sets[set].buffers[index].isRemoved else {
            throw .invalid
        }
    }

    /// Refuses the index of a buffer that cannot be given to the device; one whose pages were released
    /// is a violation.
    func checkUsable(_ index: Int, ofSet set: Int) throws(DeviceErrno) {
        try check(index, ofSet: set)
        guard sets[set].buffers[index].isReleased else { return }
        violate("\(name(ofBuffer: index, inSet: set)): used although its pages were released", set: set)
        throw .invalid
    }

    // MARK: What goes wrong

    func name(ofBuffer index: Int, inSet set: Int) -> String { "\(sets[set].name): buffer \(index)" }

    /// Puts something that the device's driver did wrong into its record.
    func violate(_ text: String, device: Int) {
        devices[device].record.addViolation("\(text), at \(clock.now) ns")
    }

    func violate(_ text: String, set: Int) { violate(text, device: sets[set].device) }

    /// Notes what a release does to allocations and buffers, before it is done. Every page of the range
    /// is held by the device.
    func noteRelease(offset: Int, count: Int, device: Int) {
        let area = area(of: device)
        let geometry = area.area.geometry
        let numbers = area.owners.buffers(inOffset: offset, count: count)
        if let whole = area.owners.allocationSplit(byOffset: offset, count: count) {
            devices[device].record.sizeMismatchedReleases += 1
            let owner = numbers.first.map { buffers[$0] }.map {
                " (\(name(ofBuffer: $0.index, inSet: $0.set)))"
            }
            violate(
                "released \(count) pages at pfn \(geometry.pfn(at: offset)), which splits the allocation of "
                    + "\(whole.count) pages at pfn \(geometry.pfn(at: whole.lowerBound))\(owner ?? "")",
                device: device)
        }
        for number in numbers { noteRelease(ofBuffer: number) }
    }

    private func noteRelease(ofBuffer number: Int) {
        let (set, index) = buffers[number]
        guard !sets[set].buffers[index].isReleased else { return }
        sets[set].buffers[index].isReleased = true
        let name = name(ofBuffer: index, inSet: set)
        if sets[set].buffers[index].holder != .driver {
            violate("\(name): use after release: its pages were released while the device has it", set: set)
        }
        if sets[set].buffers[index].mapping != nil {
            sets[set].buffers[index].mapping = nil
            violate("\(name): its pages were released while it is mapped", set: set)
        }
    }
}
