import PhysicalMemory
public import Recordings

extension EmulatedMachine {
    /// How the machine looks now, in what a kernel would show of it.
    public func end() -> MachineEnd {
        // The words of a state have no blanks.
        let names = areas.map { String($0.name.map { $0.isWhitespace ? "_" : $0 }) }
        let state = MachineState(of: areas[0].area.memory, names: names)
        return MachineEnd(
            of: areas[0].area.memory, state: state,
            areas: areas.map { area in
                MachineEnd.Area(
                    allocatedPages: area.area.allocatedPagesInAll, failedPages: area.area.failedPagesInAll,
                    releasedPages: area.area.releasedPagesInAll, holders: area.holders)
            })
    }
}

extension EmulatedArea {
    /// Stretches of pages of one holder; what a strategy holds for nobody has the name "stock".
    fileprivate var holders: [MachineEnd.Holder] {
        var holders: [MachineEnd.Holder] = []
        var last: Int?
        for offset in 0..<area.geometry.pages {
            let owner = owners.holder(at: offset)?.owner
            defer { last = owner }
            guard let owner else { continue }
            if owner == last {
                holders[holders.count - 1].pages += 1
            } else {
                let name = deviceNames.indices.contains(owner) ? deviceNames[owner] : "stock"
                holders.append(.init(offset: offset, pages: 1, device: name))
            }
        }
        return holders
    }
}
