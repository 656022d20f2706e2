import DequeModule

/// The buffers that a device needs at the same time: how many it asks for and with how few it works.
struct BufferSet {
    let name: String
    let device: Int
    let wanted: Int
    let minimum: Int
    let openedAt: UInt64
    private(set) var lastBufferAt: UInt64?
    var closedAt: UInt64?
    /// Time in which the driver wanted none of its buffers, which is no part of gathering, ns: all of it, and
    /// what of it was before the last buffer came.
    var idleNanoseconds: UInt64 = 0
    private(set) var idleBeforeLastBuffer: UInt64 = 0

    /// Every buffer that was added, those taken out again included.
    var buffers: [DeviceBuffer] = []
    /// Buffers queued while no engine runs, the oldest first.
    var queuedBeforeStart: [Int] = []
    /// The engine, while it is on.
    var stream: BufferStream?

    var got: Int { buffers.count }

    /// From opening to the last buffer, without the time in which none was wanted, ns.
    var gatheringUntilLastBuffer: UInt64 {
        (lastBufferAt ?? openedAt) - openedAt - idleBeforeLastBuffer
    }

    var isOpen: Bool { closedAt == nil }

    var satisfied: Bool { got >= minimum }

    init(name: String, device: Int, wanted: Int, minimum: Int, now: UInt64) {
        self.name = name
        self.device = device
        self.wanted = wanted
        self.minimum = minimum
        openedAt = now
    }

    mutating func add(_ buffer: DeviceBuffer, now: UInt64) {
        buffers.append(buffer)
        lastBufferAt = now
        idleBeforeLastBuffer = idleNanoseconds
    }
}

/// One buffer of a device: pieces of memory, one behind the other.
struct DeviceBuffer {
    /// Who may touch the bytes.
    enum Holder {
        /// The driver and the CPU.
        case driver
        /// A stream's engine, from the queue to the dequeue.
        case engine
        /// A job, as long as it lasts.
        case job
    }

    /// Number in the whole machine.
    let number: Int
    /// Ranges of pfns in the order of the buffer's bytes.
    let segments: [Range<Int>]
    /// Pages of all segments.
    let pages: Int
    var holder = Holder.driver
    /// Whether the driver took it out of its set.
    var isRemoved = false
    /// Whether the driver gave some of its pages back without taking it out.
    var isReleased = false
    var contents = BufferContents.unknown
    /// Whether the CPU may have written since the device did.
    var isTouchedByCPU = false
    var mapping: BufferMapping?
    /// Whether the frame that is in it was counted as damaged.
    var isCountedAsDamaged = false

    init(number: Int, segments: [Range<Int>]) {
        self.number = number
        self.segments = segments
        pages = segments.reduce(0) { $0 + $1.count }
    }

    /// The first `count` pages in the buffer's order, as pfns.
    func firstPages(_ count: Int) -> some Sequence<Int> { segments.lazy.flatMap { $0 }.prefix(count) }
}

/// What a buffer's bytes should be.
enum BufferContents {
    /// Whatever they are.
    case unknown
    /// A frame in the first `pages` pages.
    case frame(FramePattern, pages: Int)
    /// What a checksum says of the first `pages` pages.
    case checksum(ContentsChecksum, pages: Int)
}

/// A buffer set whose engine is on.
struct BufferStream {
    var engine: any StreamEngine
    let kind: StreamKind
    /// Pages of a buffer that a frame lies in.
    let framePages: Int
    /// Buffers that the engine is done with, the oldest first.
    var finished = Deque<Int>()
    /// When the engine will be looked after next.
    var wakesAt: UInt64?
}

/// Which way frames go.
public enum StreamKind: Sendable, Hashable {
    /// Into buffers, see `CaptureEngine`.
    case capture
    /// Out of them, see `ScanoutEngine`.
    case scanout
}

/// Why a call about buffers did not do what was asked, as the kernel's errno.
public enum DeviceErrno: Int32, Error, Sendable {
    /// The engine is off, or what was read is not what was written.
    case io = -5
    /// Nothing came in the time given.
    case again = -11
    /// A buffer is in use, or the engine is on already.
    case busy = -16
    /// A bad argument.
    case invalid = -22
    /// The device's DMA cannot address a buffer.
    case range = -34
}
