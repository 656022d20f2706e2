internal import CShims
internal import Glibc

/// What a process that runs somebody else's code may do: to be entered once, before that code is loaded,
/// and never left.
///
/// Against accidents, of which plugins have many, and malice within the bounds of `Security.md`: reading is not
/// restricted, and the kernel itself is trusted.
public struct Sandbox: Sendable {
    /// Where files may be made, or none at all.
    public var scratchFolder: String?
    /// False to only set the limits.
    public var isConfining = true
    /// Whether to refuse a kernel that lacks a part of what the sandbox promises.
    public var isStrict = false
    public var limits: ResourceLimits

    public init(scratchFolder: String? = nil, limits: ResourceLimits) {
        self.scratchFolder = scratchFolder
        self.limits = limits
    }

    /// Filters by what Landlock leaves to them: all writing, truncation, or nothing. Each takes about 2 ms to make.
    private static let holdingWriting = SystemCallFilter(for: .native, landlock: 0)
    private static let holdingTruncation = SystemCallFilter(for: .native, landlock: 1)
    private static let besideLandlock = SystemCallFilter(for: .native, landlock: 3)

    private static func filter(landlock revision: Int) -> SystemCallFilter? {
        switch revision {
        case 3...: besideLandlock
        case 1...: holdingTruncation
        default: holdingWriting
        }
    }

    /// Makes the filter of this kernel, so that no worker has to; to be called before workers are started.
    public static func prepare() { _ = filter(landlock: available.landlockRevision) }

    /// What this kernel has for a sandbox, by asking it.
    public static var available: Confinement {
        Confinement(
            landlockRevision: max(Int(devemu_landlock_revision()), 0),
            systemCalls: SystemCallFilter.isAvailable, privileges: true)
    }

    /// Sets the limits and, as far as the kernel can, confines this process, which has one thread, and all its threads to
    /// come. Capabilities are given up first: a sandbox of root is not root's.
    ///
    /// - Returns: what is in force; a part that the kernel lacks is left out.
    /// - Throws: ``SandboxError`` for a limit that cannot be set, and for a strict sandbox that is not whole.
    public func enter() throws(SandboxError) -> Confinement {
        try limits.apply()
        guard isConfining else { return .none }
        let hasNoPrivileges = devemu_drop_capabilities() == 0
        let revision = max(Int(devemu_confine_writing(scratchFolder)), 0)
        // The filter comes last: it refuses what the others need.
        let confinement = Confinement(
            landlockRevision: revision, systemCalls: Self.filter(landlock: revision)?.install() ?? false,
            privileges: hasNoPrivileges)
        if isStrict, let shortfall = confinement.shortfall { throw SandboxError(shortfall: shortfall) }
        return confinement
    }
}

/// A part of a sandbox that could not be set up.
public struct SandboxError: Error, CustomStringConvertible {
    public let description: String
    /// Whether the kernel lacks what a strict sandbox asks for, and not a limit failed.
    public let isShortfall: Bool

    /// - Parameters:
    ///   - subject: the limit concerned.
    ///   - errorNumber: errno(3).
    init(subject: String, errorNumber: Int32) {
        description = "cannot set \(subject): \(String(cString: strerror(errorNumber)))"
        isShortfall = false
    }

    init(shortfall: String) {
        description = "--sandbox strict does not run here: \(shortfall)"
        isShortfall = true
    }
}
