/// Lines on their way to whoever writes them, some at a time.
final class TraceBuffer {
    private static let size = 1 << 16
    private var bytes: [UInt8] = []
    private let send: ([UInt8]) -> Void

    init(send: @escaping ([UInt8]) -> Void) { self.send = send }

    func append(_ line: String) {
        bytes += line.utf8
        if bytes.count >= Self.size { flush() }
    }

    /// Sends what has been kept until now.
    func flush() {
        guard !bytes.isEmpty else { return }
        send(bytes)
        bytes.removeAll(keepingCapacity: true)
    }
}
