import Measurement

/// Who holds a range of pages, from the view of a device that wants to do something with it.
public enum PageStanding: Equatable, Sendable {
    /// The device, all of it.
    case held
    /// The range does not begin in the device's area.
    case outside
    /// Its first page is held by nobody.
    case free
    /// Its first page is another's: that of a device, or of the strategy that gathers.
    case heldBy(String)
    /// The device holds only so many pages from the first one on.
    case partly(Int)
}

extension EmulatedMachine {
    /// Who holds `count` pages from `pfn` on.
    ///
    /// - Parameter inHand: whether the device's driver asks, or the strategy that takes pages for it.
    public func standing(pfn: Int, count: Int, device: Int, inHand: Bool) -> PageStanding {
        let area = area(of: device)
        guard let offset = area.offset(of: pfn) else { return .outside }
        let owners = area.owners
        guard let holder = owners.holder(at: offset) else { return .free }
        guard holder.owner == device else {
            return .heldBy(
                devices.indices.contains(holder.owner) ? devices[holder.owner].record.name : "the strategy")
        }
        guard holder.isInHand == inHand else { return .heldBy(inHand ? "the strategy" : "the driver") }
        var held = 0
        while held < count, let next = owners.holder(at: offset + held), next == holder { held += 1 }
        return held == count && count > 0 ? .held : .partly(held)
    }
}
