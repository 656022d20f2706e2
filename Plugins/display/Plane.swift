import CDevEmu

/// A plane of the display controller: buffers, of which one is scanned out and the others are drawn into.
final class Plane {
    /// Bytes a second that the controller reads, and that pictures are drawn with.
    private static let bytesPerSecond: UInt64 = 16_000_000_000

    private let device: OpaquePointer
    private let queue: UnsafeMutablePointer<video_queue>
    /// Indices in the set: those to draw into, and those that the engine has, the one on screen first.
    private var free: [UInt32] = []
    private var withEngine: [UInt32] = []

    init(_ device: OpaquePointer, name: StaticString, policy: video_policy) {
        self.device = device
        queue = .allocate(capacity: 1)
        queue.initialize(to: video_queue())
        name.withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                video_queue_init(queue, device, $0.baseAddress, policy)
            }
        }
    }

    deinit {
        video_queue_free(queue)
        queue.deallocate()
    }

    /// Buffers of so many bytes, down to two, or one if no more are wanted. False when they are not to be
    /// had; the plane has none then.
    func request(_ buffers: UInt32, bytes: UInt64) -> Bool {
        var layout = video_layout_of_bytes(bytes)
        return request(buffers, layout: &layout)
    }

    func request(_ buffers: UInt32, layout: inout video_layout) -> Bool {
        let result = video_queue_request(queue, &layout, buffers, min(buffers, 2))
        guard result < 0 else {
            free = (0..<queue.pointee.count).map { video_queue_index(queue, $0) }
            withEngine = []
            return true
        }
        let pages = video_layout_pages(&layout)
        let name = String(cString: queue.pointee.name)
        devemu_log(
            DEVEMU_LOG_ERROR,
            "\(name): \(queue.pointee.got) of \(buffers) buffers of \(pages) pages: error \(result)")
        return false
    }

    /// Begins to scan out, with one picture drawn.
    func turnOn(period: UInt64) -> Bool {
        draw() && video_queue_start(queue, STREAM_SCANOUT, period, Self.bytesPerSecond) == 0
    }

    /// Shows `frames` pictures one after the other; at most one flip is pending. A plane with a single
    /// buffer goes on showing what it has.
    func show(_ frames: UInt32, period: UInt64) {
        guard queue.pointee.count > 1 else { return }
        for _ in 0..<frames {
            guard draw() else { return }
            while withEngine.count > 1 {
                guard takeBack(timeout: 10 * period) else { return }
            }
        }
    }

    /// Draws the next picture and gives it to the engine.
    private func draw() -> Bool {
        guard let index = free.first else { return false }
        var drawn = dma_access(set: queue.pointee.set, index: index, writes: 1)
        guard dma_job(device, &drawn, 1, Self.bytesPerSecond) == 0,
            stream_queue(queue.pointee.set, index) == 0
        else { return false }
        free.removeFirst()
        withEngine.append(index)
        return true
    }

    private func takeBack(timeout: UInt64) -> Bool {
        guard let index = UInt32(exactly: stream_dequeue(queue.pointee.set, timeout)) else { return false }
        withEngine.removeAll { $0 == index }
        free.append(index)
        return true
    }
}
