import Glibc

/// Why a worker could not be started, watched or understood.
///
/// How a started worker *ended* is no error: see ``WorkerEnding``.
public struct WorkerError: Error, Equatable, Sendable {
    /// What went wrong; more codes may come, so it is no enum.
    public struct Code: Hashable, Sendable {
        enum Value: Hashable, Sendable {
            case frameTooLong, checksumMismatch, unknownKind, shortPayload
            case parentGone, zygoteGone, systemCallFailed, unwantedFrame, tooManyFrames, repeatedPhase
        }

        let value: Value

        /// A frame announces more than ``WorkerFrame/Kind/payloadLimit`` bytes.
        public static let frameTooLong = Code(value: .frameTooLong)
        /// A frame's checksum differs from that of its bytes.
        public static let checksumMismatch = Code(value: .checksumMismatch)
        /// A frame's kind byte has no meaning.
        public static let unknownKind = Code(value: .unknownKind)
        /// A frame's payload is too short for its kind.
        public static let shortPayload = Code(value: .shortPayload)
        /// The supervising process ended before the worker was ready.
        public static let parentGone = Code(value: .parentGone)
        /// The process that starts workers has ended.
        public static let zygoteGone = Code(value: .zygoteGone)
        /// A frame of a kind that the supervisor did not ask this worker for; the context has its kind.
        public static let unwantedFrame = Code(value: .unwantedFrame)
        /// Frames of a kind have more bytes together than they may.
        public static let tooManyFrames = Code(value: .tooManyFrames)
        /// A phase was reported that had been reported before.
        public static let repeatedPhase = Code(value: .repeatedPhase)
        /// A system call failed; the context has its name and errno.
        public static let systemCallFailed = Code(value: .systemCallFailed)
    }

    /// Where and with which numbers it went wrong; only the fields that apply are set.
    public struct Context: Equatable, Sendable {
        /// Byte offset of the frame in the stream.
        public var offset: UInt64?
        /// The number that was found: a length in bytes, a kind or a checksum.
        public var found: UInt64?
        /// The number that was computed or is the limit.
        public var expected: UInt64?
        /// The system call concerned.
        public var subject: String?
        /// The value of errno(3).
        public var errorNumber: Int32?
    }

    public let code: Code
    public let context: Context

    init(
        _ code: Code, offset: UInt64? = nil, found: UInt64? = nil, expected: UInt64? = nil,
        subject: String? = nil, errorNumber: Int32? = nil
    ) {
        self.code = code
        context = Context(
            offset: offset, found: found, expected: expected, subject: subject, errorNumber: errorNumber)
    }

    /// A failed system call, with the errno of this moment unless the call returned it.
    static func systemCall(_ name: String, errorNumber: Int32 = errno) -> WorkerError {
        WorkerError(.systemCallFailed, subject: name, errorNumber: errorNumber)
    }
}

extension WorkerError: CustomStringConvertible {
    /// What happened, where, and what to do about it, in one line.
    public var description: String {
        let offset = context.offset ?? 0
        let found = context.found ?? 0
        let expected = context.expected ?? 0
        let subject = context.subject ?? "?"
        let cause = context.errorNumber.map { String(cString: strerror($0)) } ?? "unknown cause"
        return switch code.value {
        case .frameTooLong:
            "frame at offset \(offset) announces \(found) bytes, the limit is \(expected)"
        case .checksumMismatch:
            "frame at offset \(offset) has checksum \(found), its bytes give \(expected)"
        case .unknownKind:
            "frame at offset \(offset) has the unknown kind \(found)"
        case .shortPayload:
            "frame at offset \(offset) has a payload of \(found) bytes, its kind needs \(expected)"
        case .parentGone:
            "the supervising process ended before the worker was ready"
        case .zygoteGone:
            "the process that starts workers was killed"
        case .unwantedFrame:
            "frame at offset \(offset) is of kind \(found), which this worker was not asked for"
        case .tooManyFrames:
            "frames of one kind have \(found) bytes by offset \(offset), the limit is \(expected)"
        case .repeatedPhase:
            "the frame before offset \(offset) reports a phase that was reported before"
        case .systemCallFailed:
            "\(subject) failed: \(cause)"
        }
    }
}

extension WorkerError {
    /// What the failure is due to.
    public enum Cause: Sendable {
        /// Processes, memory or descriptors are used up; later there may be some.
        case shortage
        /// The folder for temporary files cannot be used.
        case scratchFolder
        /// The disk is full, or a file may not grow.
        case storage
        /// devemu itself.
        case fault
    }

    /// What the failure is due to, by the system call and its errno.
    public var cause: Cause {
        if code == .zygoteGone { return .shortage }
        guard let number = context.errorNumber else { return .fault }
        switch number {
        case EAGAIN, ENOMEM, EMFILE, ENFILE: return .shortage
        case ENOSPC, EDQUOT, EFBIG, EIO: return .storage
        default: return context.subject == "mkdtemp" ? .scratchFolder : .fault
        }
    }
}
