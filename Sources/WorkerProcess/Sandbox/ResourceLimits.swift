internal import Glibc

/// Bounds of what a process may use; going over one ends a call with an error or the process with a signal.
public struct ResourceLimits: Equatable, Sendable {
    /// Bytes of address space: above them allocations fail. Follows `RLIMIT_AS`.
    public var addressSpace: UInt64
    /// Seconds of processor time of all threads together, then SIGXCPU. Follows `RLIMIT_CPU`.
    public var processorSeconds: UInt64
    /// Descriptors open at the same time. Follows `RLIMIT_NOFILE`.
    public var openFiles: UInt64
    /// Bytes of a file: above them writes fail with SIGXFSZ. Follows `RLIMIT_FSIZE`.
    public var fileSize: UInt64

    public init(addressSpace: UInt64, processorSeconds: UInt64, openFiles: UInt64, fileSize: UInt64) {
        self.addressSpace = addressSpace
        self.processorSeconds = processorSeconds
        self.openFiles = openFiles
        self.fileSize = fileSize
    }

    /// Corresponds to setrlimit(2). A lower limit that holds already stays.
    func apply() throws(SandboxError) {
        try set(__rlimit_resource_t(RLIMIT_AS.rawValue), addressSpace, "the limit of memory")
        // A second to die of the signal in, before SIGKILL.
        try set(
            __rlimit_resource_t(RLIMIT_CPU.rawValue), processorSeconds, hard: processorSeconds &+ 1,
            "the limit of processor time")
        try set(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), openFiles, "the limit of open files")
        try set(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), fileSize, "the limit of a file's size")
    }

    private func set(
        _ resource: __rlimit_resource_t, _ value: UInt64, hard: UInt64? = nil, _ name: String
    ) throws(SandboxError) {
        var current = rlimit()
        guard getrlimit(resource, &current) == 0 else {
            throw SandboxError(subject: name, errorNumber: errno)
        }
        var new = rlimit(
            rlim_cur: min(rlim_t(value), current.rlim_max),
            rlim_max: min(rlim_t(hard ?? value), current.rlim_max))
        guard setrlimit(resource, &new) == 0 else {
            throw SandboxError(subject: name, errorNumber: errno)
        }
    }
}
