import PhysicalMemory

/// The program that made a recording, as far as the recorded machine felt it: it writes down what it
/// does, and takes a fresh page of memory each time what it has written crosses into the next 4 KiB.
///
/// Two buffers grow: one of fixed slots, written before a call, and one of text, written after it.
/// Sizes and starting points were inferred from the recordings, which show the pages (letters a and
/// p in the area) but not the program. A page comes from the same per-CPU list that releases go to,
/// so that where a mode does not drain, it decides which windows are free.
struct RecordingProgram {
    private static let pageBytes = PageGeometry.standard.pageBytes
    private static let allocationSlot = 96
    static let releaseSlot = 32
    /// Bytes of the first page of text that are used before the first line.
    private static let textInUse = 156
    /// What a line of the file has more than the program's own line: the names of the fields.
    private static let allocationNames =
        "alloc count= align= -> offset= ret= ns= isolate_ns= lru_disable_ns= migrate_ns= drain_ns= migrated= migrate_failed= busy=\n"
        .utf8.count
    private static let releaseNames = "release offset= count= -> ok= ns=\n".utf8.count

    private var slots: Int
    private var text = textInUse

    /// - Parameter slotBytes: how much of the first page of slots is used at the start.
    init(slotBytes: Int) { slots = slotBytes }

    /// Bytes of the slot that is written before a step.
    static func slot(of step: Recording.Step) -> Int {
        switch step {
        case .allocate: allocationSlot
        case .release: releaseSlot
        case .pages, .pin, .free, .zone, .lists, .folios: 0
        }
    }

    /// Pages that it takes before a step.
    mutating func before(_ step: Recording.Step) -> Int { Self.grow(&slots, by: Self.slot(of: step)) }

    /// Pages that it takes after a step whose line has `bytes` bytes.
    mutating func after(_ step: Recording.Step, bytes: Int) -> Int {
        switch step {
        case .allocate(let call):
            let busy = String(call.busy.count).utf8.count
            return Self.grow(&text, by: bytes - Self.allocationNames + 14 + busy)
        case .release: return Self.grow(&text, by: bytes - Self.releaseNames + 6)
        case .pages, .pin, .free, .zone, .lists, .folios: return 0
        }
    }

    private static func grow(_ bytes: inout Int, by more: Int) -> Int {
        let before = bytes / pageBytes
        bytes += more
        return bytes / pageBytes - before
    }
}
