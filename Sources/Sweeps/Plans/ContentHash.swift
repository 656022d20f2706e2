import CLibCrypto

/// The SHA-256 of some bytes (FIPS 180-4): what tells that two runs, files or plans are the same.
public struct ContentHash: Hashable, Sendable {
    /// Bytes of a hash.
    static let size = 32

    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The hash of bytes.
    public init(of content: [UInt8]) throws(HashingError) {
        let hasher = try ContentHasher()
        try hasher.update(content)
        self = try hasher.hash()
    }

    /// The hash of lines, each with a newline behind it.
    public init(ofLines lines: [String]) throws(HashingError) {
        try self.init(of: lines.flatMap { Array($0.utf8) + [10] })
    }

    /// Reads 64 hexadecimal digits in lower case; nil for anything else.
    public init?(parsing text: String) {
        let digits = text.utf8.compactMap { Self.digits.firstIndex(of: $0) }
        guard digits.count == 2 * Self.size, text.utf8.count == digits.count else { return nil }
        bytes = (0..<Self.size).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
    }

    fileprivate static let digits = Array("0123456789abcdef".utf8)

    /// The first 128 bits, enough to tell apart all runs that one plan can have.
    var short: ShortHash {
        func word(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        return ShortHash(high: word(0..<8), low: word(8..<16))
    }
}

/// 64 hexadecimal digits.
extension ContentHash: CustomStringConvertible {
    public var description: String {
        String(
            decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// The beginning of a hash, where millions of them are kept.
struct ShortHash: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
}

/// libcrypto did not do what it always does: it has no memory, or no SHA-256.
public struct HashingError: Error, CustomStringConvertible {
    public var description: String { "libcrypto cannot compute a SHA-256" }
}

/// Bytes that come piece by piece, on their way to a hash.
///
/// Corresponds to EVP_DigestInit_ex(3).
public final class ContentHasher {
    private let context: OpaquePointer

    public init() throws(HashingError) {
        guard let context = EVP_MD_CTX_new() else { throw HashingError() }
        guard EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw HashingError()
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: some Collection<UInt8>) throws(HashingError) {
        let isTaken = bytes.withContiguousStorageIfAvailable {
            EVP_DigestUpdate(context, $0.baseAddress, $0.count) == 1
        }
        if let isTaken {
            guard isTaken else { throw HashingError() }
        } else {
            try update(Array(bytes))
        }
    }

    /// The hash of everything until now; called once.
    public func hash() throws(HashingError) -> ContentHash {
        var bytes = [UInt8](repeating: 0, count: ContentHash.size)
        guard EVP_DigestFinal_ex(context, &bytes, nil) == 1 else { throw HashingError() }
        return ContentHash(bytes: bytes)
    }
}
