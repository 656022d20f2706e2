internal import Glibc

/// The dynamic linker's cache of libraries. Follows glibc's format of 2020, "glibc-ld.so.cache1.1": a
/// header of 48 bytes, entries of 24, and the names, at offsets from the start of the file.
struct LibraryCache {
    static let shared = LibraryCache(path: "/etc/ld.so.cache")

    private static let magic = Array("glibc-ld.so.cache1.1".utf8)
    private static let headerSize = 48
    private static let entrySize = 24

    private let bytes: [UInt8]
    private let count: Int

    /// Without the file, or with one of another format, the cache is empty.
    init(path: String) {
        let bytes = Self.read(path)
        let count = bytes.withUnsafeBytes { Self.word(20, in: $0) } ?? 0
        let isKnown = bytes.starts(with: Self.magic)
        self.bytes = isKnown ? bytes : []
        self.count = isKnown ? min(Int(count), bytes.count / Self.entrySize) : 0
    }

    /// The files of that name, whatever machine they are for, in the order of the cache.
    func paths(of name: String) -> [String] {
        bytes.withUnsafeBytes { bytes in
            (0..<count).compactMap { index in
                let entry = Self.headerSize + index * Self.entrySize
                guard let key = Self.word(entry + 4, in: bytes), Self.text(Int(key), in: bytes) == name,
                    let value = Self.word(entry + 8, in: bytes)
                else { return nil }
                return Self.text(Int(value), in: bytes)
            }
        }
    }

    private static func word(_ offset: Int, in bytes: UnsafeRawBufferPointer) -> UInt32? {
        guard offset <= bytes.count - 4 else { return nil }
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private static func text(_ offset: Int, in bytes: UnsafeRawBufferPointer) -> String? {
        guard offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    private static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, (1...(64 << 20)).contains(status.st_size) else { return [] }
        return [UInt8](unsafeUninitializedCapacity: status.st_size) { buffer, filled in
            while filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(
                    UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
                let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
                guard count > 0 else { return }
                filled += count
            }
        }
    }
}
