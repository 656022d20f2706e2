/// The scenes of a plan, each with the values that a grid has for it: combinations of values that come to the
/// same machine and devices are planned once.
///
/// Keeps 48 bytes and 4 more for each key of a scene, and each text of a value once.
public struct PlannedScenes {
    private var known: Set<ShortHash> = []
    /// The bytes of every scene's hash, one after the other.
    private var hashes: [UInt8] = []
    /// For every scene the numbers of its values, one for each key.
    private var values: [UInt32] = []
    private var texts: [String] = []
    private var numbers: [String: UInt32] = [:]
    private let keys: Int

    /// - Parameter keys: values that each scene has.
    public init(keys: Int) { self.keys = keys }

    public var count: Int { hashes.count / ContentHash.size }

    public var isEmpty: Bool { hashes.isEmpty }

    /// Adds a scene behind those that are there.
    /// - Parameter values: as many as there are keys.
    /// - Returns: whether it is new; one that is not changes nothing.
    public mutating func insert(_ scene: ContentHash, values: [String]) -> Bool {
        guard known.insert(scene.short).inserted else { return false }
        hashes += scene.bytes
        for text in values.prefix(keys) { self.values.append(number(of: text)) }
        return true
    }

    private mutating func number(of text: String) -> UInt32 {
        if let number = numbers[text] { return number }
        let number = UInt32(texts.count)
        numbers[text] = number
        texts.append(text)
        return number
    }

    /// The hash of a scene by its number, 0 ..< count.
    public func hash(of scene: Int) -> ContentHash {
        ContentHash(bytes: Array(hashes[scene * ContentHash.size..<(scene + 1) * ContentHash.size]))
    }

    /// The values of a scene by its number, 0 ..< count.
    public func values(of scene: Int) -> [String] {
        values[scene * keys..<(scene + 1) * keys].map { texts[Int($0)] }
    }
}
