/// Tells runs apart by everything that decides what comes of them.
public struct RunIdentity: Sendable {
    /// Of a machine, its devices and all their values.
    public let scene: ContentHash
    private let version: String

    /// - Parameters:
    ///   - lines: a canonical text of the machine, the devices and their values, with hashes of the files
    ///     that have a part in it, but without seed and strategy.
    ///   - version: of devemu.
    public init(ofLines lines: [String], version: String) throws(HashingError) {
        scene = try ContentHash(ofLines: lines)
        self.version = version
    }

    /// The hash of one run.
    /// - Parameter strategy: the name of one of devemu's own, or the hash of a plugin's file; nil for none.
    public func hash(strategy: String?, seed: UInt64) throws(HashingError) -> ContentHash {
        try ContentHash(ofLines: [
            "devemu.run-identity/1", "version \(version)", "scene \(scene)", "strategy \(strategy ?? "-")",
            "seed \(seed)",
        ])
    }
}

/// The scenes that a plan has runs of already: combinations of values that come to the same machine and
/// devices are run once.
public struct PlannedScenes {
    private var known: Set<ShortHash> = []

    public init() {}

    public var isEmpty: Bool { known.isEmpty }

    /// Takes note of a scene.
    /// - Returns: whether it is new.
    public mutating func insert(_ scene: ContentHash) -> Bool { known.insert(scene.short).inserted }
}
