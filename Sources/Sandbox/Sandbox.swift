internal import CLandlock
internal import Glibc

/// What a process that runs somebody else's code may do: to be entered once, before that code is loaded,
/// and never left.
///
/// Against accidents, of which plugins have many, and the simpler kinds of malice: reading is not restricted,
/// and the kernel itself is trusted.
public struct Sandbox: Sendable {
    /// The parts that a kernel may lack, and what is in force of them.
    public struct Confinement: Equatable, Sendable {
        /// Files are written below the scratch folder only. Follows landlock(7).
        public var files: Bool
        /// System calls that reach out of the process are refused. Follows seccomp(2).
        public var systemCalls: Bool

        public static let none = Confinement(files: false, systemCalls: false)

        public init(files: Bool, systemCalls: Bool) {
            self.files = files
            self.systemCalls = systemCalls
        }
    }

    /// Where files may be made, or none at all.
    public var scratchFolder: String?
    /// False to only set the limits.
    public var isConfining = true
    public var limits: ResourceLimits

    public init(scratchFolder: String? = nil, limits: ResourceLimits) {
        self.scratchFolder = scratchFolder
        self.limits = limits
    }

    /// Sets the limits and, as far as the kernel can, confines this process with all its threads.
    ///
    /// - Returns: what is in force; a part that the kernel lacks is left out.
    /// - Throws: ``SandboxError`` for a limit that cannot be set.
    public func enter() throws(SandboxError) -> Confinement {
        try limits.apply()
        guard isConfining else { return .none }
        // The filter comes last: it refuses what the others need.
        let areFilesConfined = devemu_confine_writing(scratchFolder) == 0
        return Confinement(files: areFilesConfined, systemCalls: SystemCallFilter.load())
    }
}

/// A part of a sandbox that could not be set up.
public struct SandboxError: Error, CustomStringConvertible {
    /// The limit concerned, and errno(3).
    public let subject: String
    public let errorNumber: Int32

    public var description: String { "cannot set \(subject): \(String(cString: strerror(errorNumber)))" }
}
