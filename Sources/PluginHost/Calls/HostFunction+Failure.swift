import Glibc

/// What a host function answers when it does not do what it is asked for.
extension HostFunction {
    /// The result by which the headers say that a call failed; nil for a function that cannot fail.
    var failure: ForeignValue? {
        switch self {
        case .deviceRegister, .cmaAlloc, .cmaAllocEffort, .cmaTryWindow, .bufferSetOpen, .bufferMap:
            .ptr(nil)
        case .cmaRelease: .i32(0)
        case .cmaGather: .size(0)
        case .cmaNextWindow: .i64(-1)
        case .bufferSetAdd, .bufferSetAddSegments, .bufferSetClose, .dmaSetLimits, .streamOff: .i32(-EINVAL)
        case .bufferSetRemove, .streamOn, .streamQueue, .dmaJob: .i32(-EBUSY)
        case .streamDequeue: .i32(-EAGAIN)
        case .devGetCMAArea, .ktimeGetNS, .sleepNS, .log, .cmaLook, .cmaDrainAll, .cmaPages, .bufferUnmap:
            nil
        }
    }

    /// Whether the function can fail.
    public var canFail: Bool { failure != nil }

    /// Whether a failure is the negative of an error number, rather than NULL, false or nothing.
    var returnsErrorNumber: Bool {
        if self != .cmaRelease, case .i32? = failure { return true }
        return false
    }
}
