import Emulation

/// What an instance did that the interface forbids, told apart and noted.
extension PluginInstance {
    /// Whether this is a workload; a strategy that makes a workload's call breaks a rule.
    var isWorkload: Bool {
        if case .workload = role { return true }
        session.note(.wrongKind, by: self, "it is a strategy")
        return false
    }

    /// Notes a handle that is not this instance's to pass; always nil.
    func refuse(_ rule: ProtocolRule, _ handle: OpaquePointer) -> Int? {
        session.note(rule, by: self, HandleText.describe(UInt64(UInt(bitPattern: handle))))
        return nil
    }

    /// Notes why pages could not be released, or made a buffer, if it is because of who holds them.
    /// - Returns: whether it is.
    @discardableResult
    func noteRefusal(of pfn: Int, count: Int, device: Int, toRelease: Bool) -> Bool {
        let isWorkload = if case .workload = role { true } else { false }
        let standing = machine.standing(pfn: pfn, count: count, device: device, inHand: isWorkload)
        let pages = "\(count) pages at pfn \(pfn)"
        switch standing {
        case .held: return false
        case .outside: session.note(.foreignPage, by: self, pages)
        case .free: session.note(toRelease ? .doubleRelease : .useAfterRelease, by: self, pages)
        case .heldBy(let other): session.note(.otherDevicesPage, by: self, "\(pages), held by \(other)")
        case .partly(let first):
            session.note(toRelease ? .wrongCount : .useAfterRelease, by: self, "\(pages), holds \(first)")
        }
        return true
    }
}
