import PluginInspection
import Testing

@Suite struct InspectedPluginTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    @Test(arguments: ["gcc", "g++", "clang"].filter(PluginBuilder.hasTool))
    func `a good plugin is read right, whatever compiled it`(compiler: String) throws {
        let path = try builder.build(
            PluginBuilder.goodSource, compiler: compiler,
            flags: ["-shared", "-fPIC", "-Wl,--build-id=0x00ff10", "-Wl,--no-as-needed", "-lm"])
        let plugin = try inspect(path)
        #expect(plugin.name == path)
        #expect(try plugin.size == builder.read(path).count)
        #expect(plugin.buildID == "00ff10")
        #expect(plugin.neededLibraries.contains("libm.so.6"))
        #expect(plugin.neededLibraries.last == "libc.so.6")
        #expect(!plugin.hasConstructors)
        #expect(plugin.manifest.id == "org.example.good")
        #expect(plugin.manifest.abi == 2...2)
        #expect(plugin.manifest.entries.map(\.symbol) == ["run"])
        #expect(plugin.manifest.parameters.map(\.name) == ["pages"])
    }

    @Test(arguments: ["bfd", "gold", "lld"].filter { PluginBuilder.hasTool("ld." + $0) })
    func `a good plugin is read right, whatever linked it`(linker: String) throws {
        // The property note of this option is aligned to 8, the plugin's to 4.
        #if arch(x86_64)
            let mixed = "-fcf-protection"
        #else
            let mixed = "-mbranch-protection=standard"
        #endif
        let path = try builder.build(
            PluginBuilder.goodSource,
            flags: ["-shared", "-fPIC", "-fuse-ld=" + linker, mixed, "-Wl,--build-id=sha1"])
        #expect(try inspect(path).manifest.id == "org.example.good")
        #expect(try inspect(path).buildID?.count == 40)
    }

    @Test(arguments: ["sysv", "gnu", "both"])
    func `the entries are found through either hash table`(style: String) throws {
        let path = try builder.build(
            PluginBuilder.goodSource, flags: ["-shared", "-fPIC", "-Wl,--hash-style=" + style])
        #expect(try inspect(path).manifest.entries.count == 1)
    }

    @Test func `a stripped plugin is read like the whole one`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        let manifest = try inspect(path).manifest
        try builder.run(["strip", path])
        #expect(try inspect(path).manifest == manifest)
    }

    @Test func `a plugin without section headers is read like the whole one`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        let whole = try inspect(path)
        var bytes = try builder.read(path)
        bytes.replaceSubrange(40..<48, with: repeatElement(0, count: 8))
        bytes.replaceSubrange(60..<64, with: repeatElement(0, count: 4))
        try builder.write(bytes, to: path)
        let bare = try inspect(path)
        #expect(bare.manifest == whole.manifest)
        #expect(bare.buildID == whole.buildID)
        #expect(bare.neededLibraries == whole.neededLibraries)
    }

    @Test func `a section table that lies changes nothing`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        var bytes = try builder.read(path)
        bytes.replaceSubrange(40..<48, with: repeatElement(0xff, count: 8))
        bytes.replaceSubrange(58..<64, with: repeatElement(0xff, count: 6))
        try builder.write(bytes, to: path)
        #expect(try inspect(path).manifest.id == "org.example.good")
    }

    @Test func `the content hash is FNV-1a of the bytes and tells two builds apart`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        let hash = try builder.read(path).reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let plugin = try inspect(path)
        #expect(UInt64(plugin.contentHash, radix: 16) == hash)
        #expect(plugin.contentHash.count == 16)
        let other = try inspect(
            try builder.build(PluginBuilder.goodSource + "int answer = 42;\n", name: "other"))
        #expect(other.contentHash != plugin.contentHash)
    }

    @Test func `a plugin without a build ID has none`() throws {
        let path = try builder.build(
            PluginBuilder.goodSource, flags: ["-shared", "-fPIC", "-Wl,--build-id=none"])
        #expect(try inspect(path).buildID == nil)
    }

    @Test func `a constructor shows without the C start files too`() throws {
        let constructor = "__attribute__((constructor)) static void early(void) { }\n"
        let flags = ["-shared", "-fPIC", "-nostartfiles"]
        let plain = try builder.build(PluginBuilder.goodSource, flags: flags, name: "plain")
        let eager = try builder.build(PluginBuilder.goodSource + constructor, flags: flags, name: "eager")
        #expect(try !inspect(plain).hasConstructors)
        #expect(try inspect(eager).hasConstructors)
    }

    @Test func `plugin and host need only one ABI revision in common`() throws {
        let path = try builder.build(
            "#undef DEVEMU_ABI\n#define DEVEMU_ABI 4\n#undef DEVEMU_ABI_MIN\n#define DEVEMU_ABI_MIN 2\n"
                + PluginBuilder.goodSource)
        #expect(try inspect(path, hostABI: 1...2).manifest.abi == 2...4)
        #expect(try inspect(path, hostABI: 4...9).manifest.abi == 2...4)
    }

    private func inspect(_ path: String, hostABI: ClosedRange<Int> = 1...2) throws -> InspectedPlugin {
        try PluginFile.open(path: path, hostABI: hostABI).inspected
    }
}
