/// One record of what a worker reports to its supervisor.
///
/// On the wire a frame is, all little-endian: payload length `u32` in bytes, kind `u8`, checksum
/// `u32` (FNV-1a of kind and payload), payload. Records rather than printed text, because buffered
/// text is lost when a plugin crashes and mixes with what the plugin prints.
public enum WorkerFrame: Equatable, Sendable {
    /// The worker entered a part of the run: `inspect`, `load`, `enter`, `run` or `report`.
    case phase(String)
    /// A line for the user; lower levels matter more, their meaning is the caller's.
    case log(level: UInt8, message: String)
    /// An encoded result; the last one ends a good run.
    case result([UInt8])
    /// How the machine looked when the run came to its end, encoded; only when it was asked for.
    case state([UInt8])
    /// A documented failure which the worker itself found, with devemu's exit code for it.
    case failure(code: Int32, message: String)
    /// A part of a trace, which is worth having however the run ends.
    case trace([UInt8])
    /// A part of what a kernel would have traced, which the parent writes to a file.
    case kernelTrace([UInt8])

    /// The kind byte of a frame.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case phase = 1
        case log = 2
        case result = 3
        case failure = 4
        case trace = 5
        case kernelTrace = 6
        case state = 7

        /// The longest payload, in bytes. A longer one is taken for a broken channel.
        public var payloadLimit: Int {
            switch self {
            case .phase: 64
            case .log: 64 << 10
            case .failure: 1 << 20
            case .trace: 16 << 20
            case .result, .kernelTrace, .state: WorkerFrame.payloadLimit
            }
        }

        /// What all frames of the kind may have together, in bytes; nil for as much as the worker's time allows,
        /// since the supervisor keeps nothing of it.
        var sumLimit: Int? {
            switch self {
            case .phase: 4 << 10
            case .failure: 1 << 20
            case .kernelTrace: 1 << 30
            case .state: WorkerFrame.payloadLimit
            case .log, .trace, .result: nil
            }
        }

        /// The shortest payload that has all fixed fields, in bytes.
        var minimumPayload: Int {
            switch self {
            case .phase, .result, .trace, .kernelTrace, .state: 0
            case .log: 1
            case .failure: 4
            }
        }
    }

    /// The longest payload of any kind, in bytes: 64 MiB.
    public static let payloadLimit = 64 << 20

    /// Bytes before the payload.
    static let headerSize = 9

    public var kind: Kind {
        switch self {
        case .phase: .phase
        case .log: .log
        case .result: .result
        case .failure: .failure
        case .trace: .trace
        case .kernelTrace: .kernelTrace
        case .state: .state
        }
    }

    /// Bytes of the payload.
    var payloadSize: Int {
        switch self {
        case .phase(let name): name.utf8.count
        case .log(_, let message): 1 + message.utf8.count
        case .result(let bytes), .trace(let bytes), .kernelTrace(let bytes), .state(let bytes): bytes.count
        case .failure(_, let message): 4 + message.utf8.count
        }
    }

    private var payload: [UInt8] {
        switch self {
        case .phase(let name): Array(name.utf8)
        case .log(let level, let message): [level] + message.utf8
        case .result(let bytes), .trace(let bytes), .kernelTrace(let bytes), .state(let bytes): bytes
        case .failure(let code, let message):
            littleEndianBytes(UInt32(bitPattern: code)) + message.utf8
        }
    }

    /// The frame as it travels.
    ///
    /// - Throws: ``WorkerError/Code/frameTooLong`` over ``Kind/payloadLimit``, with offset 0.
    public func encoded() throws(WorkerError) -> [UInt8] {
        let payload = self.payload
        guard payload.count <= kind.payloadLimit else {
            throw WorkerError(
                .frameTooLong, offset: 0, found: UInt64(payload.count), expected: UInt64(kind.payloadLimit))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerSize + payload.count)
        bytes += littleEndianBytes(UInt32(payload.count))
        bytes.append(kind.rawValue)
        bytes += littleEndianBytes(Self.checksum(kind: kind.rawValue, payload: payload[...]))
        bytes += payload
        return bytes
    }

    /// Builds a frame from a checked payload; `nil` when it is shorter than its fixed fields.
    /// Text that is no UTF-8 is repaired, since a plugin may have written it.
    init?(kind: Kind, payload: ArraySlice<UInt8>) {
        guard payload.count >= kind.minimumPayload else { return nil }
        let text = payload.dropFirst(kind.minimumPayload)
        switch kind {
        case .phase: self = .phase(String(decoding: text, as: UTF8.self))
        case .log:
            self = .log(level: payload[payload.startIndex], message: String(decoding: text, as: UTF8.self))
        case .result: self = .result(Array(payload))
        case .state: self = .state(Array(payload))
        case .failure:
            self = .failure(
                code: Int32(bitPattern: littleEndianWord(payload.prefix(4))),
                message: String(decoding: text, as: UTF8.self))
        case .trace: self = .trace(Array(payload))
        case .kernelTrace: self = .kernelTrace(Array(payload))
        }
    }

    /// 32-bit FNV-1a. Every step is a bijection of the state, so one wrong byte never goes unseen.
    static func checksum(kind: UInt8, payload: ArraySlice<UInt8>) -> UInt32 {
        let prime: UInt32 = 0x0100_0193
        var state = (0x811c_9dc5 ^ UInt32(kind)) &* prime
        payload.withUnsafeBufferPointer { bytes in
            for byte in bytes { state = (state ^ UInt32(byte)) &* prime }
        }
        return state
    }
}

func littleEndianBytes(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
}

/// The number whose bytes come lowest first.
func littleEndianWord(_ bytes: some BidirectionalCollection<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { ($0 << 8) | UInt32($1) }
}
