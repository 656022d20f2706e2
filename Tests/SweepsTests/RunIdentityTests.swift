import Testing

@testable import Sweeps

@Suite struct RunIdentityTests {
    /// NIST's examples of SHA-256.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `a hash is the SHA-256 of the bytes`(text: String, digits: String) throws {
        let hash = try ContentHash(of: Array(text.utf8))
        #expect(hash.description == digits)
        #expect(ContentHash(parsing: digits) == hash)
    }

    @Test(arguments: ["", "ba78", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"])
    func `other digits are no hash`(text: String) {
        #expect(ContentHash(parsing: text) == nil)
    }

    @Test func `scene, strategy, seed and version each tell runs apart`() throws {
        func hash(
            _ lines: [String], version: String = "1", strategy: String? = nil, seed: UInt64 = 1
        ) throws -> ContentHash {
            try RunIdentity(ofLines: lines, version: version).hash(strategy: strategy, seed: seed)
        }
        let hashes = try [
            hash(["a"]), hash(["b"]), hash(["a", ""]), hash(["a"], version: "2"),
            hash(["a"], strategy: "normal"),
            hash(["a"], seed: 2),
        ]
        #expect(Set(hashes).count == hashes.count)
        #expect(try hash(["a"]) == hashes[0])
    }
}
