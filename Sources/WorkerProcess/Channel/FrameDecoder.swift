/// Cuts a byte stream, arriving in slices of any size, back into frames.
///
/// A stream found broken stays broken: there is no way to tell where the next frame would begin.
public struct FrameDecoder: Sendable {
    private var buffer: [UInt8] = []
    /// Bytes at the front of `buffer` that already became frames.
    private var consumed = 0
    private var failure: WorkerError?

    /// Byte offset in the stream of the next frame, or of the one found broken.
    public private(set) var offset: UInt64 = 0

    public init() {}

    /// Whether the stream so far ends where a frame ends: `false` once a tail is missing or the
    /// stream is broken.
    public var isAtBoundary: Bool { failure == nil && pendingByteCount == 0 }

    /// Bytes that arrived and belong to no complete frame yet.
    public var pendingByteCount: Int { buffer.count - consumed }

    /// Adds the next bytes of the stream; they are dropped when it is already broken.
    public mutating func feed(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        // Moving the tail only when it is the smaller part keeps the whole stream linear.
        if consumed > buffer.count / 2 {
            buffer.removeSubrange(..<consumed)
            consumed = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next complete frame, or `nil` until more bytes arrive.
    ///
    /// - Throws: ``WorkerError`` naming the offset of the frame: `frameTooLong`, `unknownKind`,
    ///   `checksumMismatch` or `shortPayload`; the same one again on every later call.
    public mutating func next() throws(WorkerError) -> WorkerFrame? {
        if let failure { throw failure }
        do {
            return try decodeNext()
        } catch {
            failure = error
            buffer = []
            consumed = 0
            throw error
        }
    }

    private mutating func decodeNext() throws(WorkerError) -> WorkerFrame? {
        let header = buffer[consumed...].prefix(WorkerFrame.headerSize)
        let start = header.startIndex
        // Length and kind are judged as soon as they are there, so that a bad length never makes
        // the reader wait for, or store, bytes which do not come.
        guard header.count >= 4 else { return nil }
        let length = Int(littleEndianWord(header.prefix(4)))
        guard length <= WorkerFrame.payloadLimit else {
            throw WorkerError(
                .frameTooLong, offset: offset, found: UInt64(length),
                expected: UInt64(WorkerFrame.payloadLimit))
        }
        guard header.count >= 5 else { return nil }
        guard let kind = WorkerFrame.Kind(rawValue: header[start + 4]) else {
            throw WorkerError(.unknownKind, offset: offset, found: UInt64(header[start + 4]))
        }
        guard length <= kind.payloadLimit else {
            throw WorkerError(
                .frameTooLong, offset: offset, found: UInt64(length), expected: UInt64(kind.payloadLimit))
        }
        let end = start + WorkerFrame.headerSize + length
        guard buffer.count >= end else { return nil }
        let payload = buffer[(start + WorkerFrame.headerSize)..<end]
        let promised = littleEndianWord(header.dropFirst(5))
        let computed = WorkerFrame.checksum(kind: kind.rawValue, payload: payload)
        guard promised == computed else {
            throw WorkerError(
                .checksumMismatch, offset: offset, found: UInt64(promised), expected: UInt64(computed))
        }
        guard let frame = WorkerFrame(kind: kind, payload: payload) else {
            throw WorkerError(
                .shortPayload, offset: offset, found: UInt64(length), expected: UInt64(kind.minimumPayload))
        }
        consumed = end
        offset += UInt64(WorkerFrame.headerSize + length)
        return frame
    }
}
