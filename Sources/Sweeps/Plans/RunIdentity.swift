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

    /// Of a scene whose hash is known.
    public init(scene: ContentHash, version: String) {
        self.scene = scene
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
