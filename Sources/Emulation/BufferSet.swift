/// The buffers that a device needs at the same time: how many it asks for and with how few it works.
struct BufferSet {
    let name: String
    let device: Int
    let wanted: Int
    let minimum: Int
    let openedAt: UInt64
    var got = 0
    var lastBufferAt: UInt64
    var closedAt: UInt64?

    var isOpen: Bool { closedAt == nil }

    var satisfied: Bool { got >= minimum }

    init(name: String, device: Int, wanted: Int, minimum: Int, now: UInt64) {
        self.name = name
        self.device = device
        self.wanted = wanted
        self.minimum = minimum
        openedAt = now
        lastBufferAt = now
    }
}
