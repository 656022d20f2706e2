import Testing

@testable import PluginInspection

@Suite struct FunctionNamesTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    /// A function whose code can be found by a constant in it.
    private static let source =
        PluginBuilder.goodSource
        + "__attribute__((noinline)) static int hidden(int x) { return x ^ 0x5eedf00d; }\n"
        + "DEVEMU_EXPORT int visible(int x) { return hidden(x) + 0x0ddba11; }\n"

    private func build(_ flags: String...) throws -> String {
        try builder.build(Self.source, flags: ["-shared", "-fPIC", "-O1"] + flags)
    }

    /// Where the constant stands in the file.
    private func offset(of constant: UInt32, in path: String) throws -> UInt64 {
        let bytes = try builder.read(path)
        let wanted = (0..<4).map { UInt8(truncatingIfNeeded: constant >> (8 * $0)) }
        let index = bytes.indices.first { bytes[$0...].starts(with: wanted) }
        return UInt64(try #require(index))
    }

    @Test func `a place in the code is told by its function, exported or not`() throws {
        let path = try build()
        let names = try #require(FunctionNames(path: path))
        let place = try offset(of: 0x5eed_f00d, in: path)
        let function = try #require(names.function(atFileOffset: place))
        #expect(function.name == "hidden")
        #expect((1..<32).contains(function.offset))
        #expect(names.function(atFileOffset: place - function.offset)?.offset == 0)
    }

    @Test func `a stripped file knows what it exports`() throws {
        let path = try build("-s")
        let names = try #require(FunctionNames(path: path))
        #expect(names.function(atFileOffset: try offset(of: 0x5eed_f00d, in: path))?.name == nil)
        #expect(names.function(atFileOffset: try offset(of: 0x0ddb_a11, in: path))?.name == "visible")
    }

    @Test func `places outside of functions have no name`() throws {
        let names = try #require(FunctionNames(path: try build()))
        for offset in [0, 63, UInt64.max, UInt64.max / 2] {
            #expect(names.function(atFileOffset: offset) == nil)
        }
    }

    @Test func `what is no plugin has no names`() throws {
        #expect(FunctionNames(path: "/nonexistent") == nil)
        #expect(FunctionNames(path: "/") == nil)
        #expect(FunctionNames(path: "/dev/null") == nil)
    }

    @Test func `no damage to a file makes names a trap`() throws {
        let whole = try builder.read(try build())
        let damaged = builder.path("damaged.so")
        for index in Array(0..<64) + Array(stride(from: 64, to: whole.count, by: 509)) {
            for value in [0, 0x7f, 0xff] as [UInt8] {
                var bytes = whole
                bytes[index] = value
                try builder.write(bytes, to: damaged)
                _ = FunctionNames(path: damaged)?.function(atFileOffset: 0x1100)
            }
        }
        for length in stride(from: 0, to: whole.count, by: 997) {
            try builder.write(Array(whole[..<length]), to: damaged)
            _ = FunctionNames(path: damaged)?.function(atFileOffset: 0x1100)
        }
    }
}
