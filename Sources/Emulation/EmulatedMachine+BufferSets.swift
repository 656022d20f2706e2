import Measurement
import PhysicalMemory

extension EmulatedMachine {
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
        let device = sets[set].device
        let area = area(of: device)
        guard sets[set].isOpen, sets[set].got < sets[set].wanted else { return nil }
        let offsets = pfns.compactMap(area.offset(of:))
        guard offsets.count == pfns.count,
            area.owners.makeBuffer(ofChunksAt: offsets, chunkPages: chunkPages, device: device)
        else { return nil }
        sets[set].got += 1
        sets[set].lastBufferAt = clock.now
        if let onLine {
            let owner = devices[device].record.name
            let text = "\(owner): \(sets[set].name): \(sets[set].got) of \(sets[set].wanted) buffers"
            onLine(LogLine(nanoseconds: clock.now, level: 7, text: text))
        }
        return sets[set].got - 1
    }

    /// Ends the gathering. Nil when the set is closed already; else the number of its buffers.
    public func closeSet(_ set: Int) -> Int? {
        guard sets[set].isOpen else { return nil }
        sets[set].closedAt = clock.now
        area(of: sets[set].device).takePicture()
        return sets[set].got
    }
}
