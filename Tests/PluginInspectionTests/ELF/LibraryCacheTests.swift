import Testing

@testable import PluginInspection

@Suite struct LibraryCacheTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    /// A cache in glibc's format with these names and paths.
    private func bytes(_ entries: [(name: String, path: String)]) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(value).littleEndian) { Array($0) } }
        var names: [UInt8] = []
        var table: [UInt8] = []
        let start = 48 + 24 * entries.count
        for entry in entries {
            let name = start + names.count
            names += Array(entry.name.utf8) + [0]
            let path = start + names.count
            names += Array(entry.path.utf8) + [0]
            table += word(0x303) + word(name) + word(path) + word(0) + word(0) + word(0)
        }
        let header = Array("glibc-ld.so.cache1.1".utf8) + word(entries.count) + word(names.count)
        return header + [UInt8](repeating: 0, count: 48 - header.count) + table + names
    }

    private func cache(_ bytes: [UInt8]) throws -> LibraryCache {
        try builder.write(bytes, to: builder.path("cache"))
        return LibraryCache(path: builder.path("cache"))
    }

    @Test func `the files of a name are found in their order`() throws {
        let cache = try cache(
            bytes([("libz.so.1", "/lib64/libz.so.1"), ("libz.so.1", "/lib32/libz.so.1"), ("a.so", "/a.so")]))
        #expect(cache.paths(of: "libz.so.1") == ["/lib64/libz.so.1", "/lib32/libz.so.1"])
        #expect(cache.paths(of: "a.so") == ["/a.so"])
        #expect(cache.paths(of: "libz") == [])
    }

    @Test func `a cache cut anywhere has what is whole`() throws {
        let whole = bytes([("libz.so.1", "/lib/libz.so.1"), ("a.so", "/a.so")])
        for length in 1..<whole.count {
            let cache = try cache(Array(whole.prefix(length)))
            #expect(cache.paths(of: "a.so") == [], "\(length) bytes")
        }
        #expect(try cache(whole).paths(of: "a.so") == ["/a.so"])
    }

    @Test func `numbers that lead out of the file lead nowhere`() throws {
        var wild = bytes([("a.so", "/a.so")])
        for offset in [20, 52, 56] {
            wild.replaceSubrange(offset..<offset + 4, with: [0xff, 0xff, 0xff, 0xff])
            #expect(try cache(wild).paths(of: "a.so").count <= 1)
        }
        #expect(try cache(wild).paths(of: "a.so") == [])
    }

    @Test func `without a cache, or with one of another format, nothing is found`() throws {
        #expect(LibraryCache(path: builder.path("absent")).paths(of: "a.so") == [])
        var old = bytes([("a.so", "/a.so")])
        old[0] = UInt8(ascii: "G")
        #expect(try cache(old).paths(of: "a.so") == [])
    }
}
