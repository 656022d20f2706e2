import PluginInspection
import Testing

@Suite struct NeededLibraryTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    /// A library `libhelper.so` with the functions that a version script gives versions to.
    private func helper(_ versions: String? = nil, _ source: String = "int help(void) { return 1; }\n") throws
    {
        var flags = ["-shared", "-fPIC", "-fvisibility=default", "-Wl,-soname,libhelper.so"]
        if let versions {
            try builder.write(Array(versions.utf8), to: builder.path("versions.map"))
            flags.append("-Wl,--version-script=" + builder.path("versions.map"))
        }
        _ = try builder.build(source, flags: flags, name: "libhelper")
    }

    /// A good plugin that calls it.
    private func plugin(_ flags: [String] = []) throws -> String {
        try builder.build(
            PluginBuilder.goodSource + "int help(void); int (*helper)(void) = help;\n",
            flags: ["-shared", "-fPIC", builder.path("libhelper.so")] + flags)
    }

    private var runPath: [String] { ["-Wl,--enable-new-dtags,-rpath," + builder.directory] }

    private func inspect(_ path: String) throws -> InspectedPlugin {
        try PluginFile.open(path: path, hostABI: 1...2).inspected
    }

    private func refusal(of path: String) throws -> InspectionError? {
        do {
            _ = try inspect(path)
            return nil
        } catch let error as InspectionError {
            return error
        }
    }

    @Test func `a library that nobody finds is named`() throws {
        try helper()
        let path = try plugin()
        let error = try #require(try refusal(of: path))
        #expect(error.code == .libraryMissing)
        #expect(
            error.description
                == "\(path): needs libhelper.so, which the dynamic linker does not find; install it, or name "
                + "its folder in LD_LIBRARY_PATH")
    }

    @Test(arguments: ["--enable-new-dtags", "--disable-new-dtags"])
    func `a library in the plugin's own path is found there`(tags: String) throws {
        try helper()
        let plugin = try inspect(try plugin(["-Wl,\(tags),-rpath,/nowhere:" + builder.directory]))
        #expect(plugin.libraries.first?.name == "libhelper.so")
        #expect(plugin.libraries.first?.path == builder.path("libhelper.so"))
        // The system's libraries are nobody's own.
        #expect(plugin.libraries.filter(\.isOwn).map(\.name) == ["libhelper.so"])
    }

    @Test func `the plugin's folder is no $ORIGIN, because a descriptor is what is loaded`() throws {
        try helper()
        #expect(try refusal(of: try plugin(["-Wl,-rpath,$ORIGIN"]))?.code == .libraryMissing)
    }

    @Test func `a file that is no library of this machine is passed over`() throws {
        try helper()
        let path = try plugin(runPath)
        var bytes = try builder.read(builder.path("libhelper.so"))
        bytes[18] = 243
        try builder.write(bytes, to: builder.path("libhelper.so"))
        #expect(try refusal(of: path)?.code == .libraryMissing)
    }

    @Test func `a version that the library here lacks is named with the newest it has`() throws {
        try helper("HELP_1.0 { local: old; }; HELP_1.10 { global: help; };")
        let path = try plugin(runPath)
        #expect(try inspect(path).libraries.first?.versions == ["HELP_1.10"])
        try helper("HELP_1.0 { local: x; }; HELP_1.9 { global: help; };")
        let error = try #require(try refusal(of: path))
        #expect(error.code == .versionMissing)
        #expect(
            error.description
                == "\(path): needs HELP_1.10 of libhelper.so, this host has 1.9; build the plugin on a system "
                + "that is no newer than this one")
    }

    @Test func `of two versions that are missing both are named`() throws {
        let source = "int help(void) { return 1; } int more(void) { return 2; }\n"
        try helper("ONE_1 { global: help; }; TWO_2.5 { global: more; };", source)
        let path = try builder.build(
            PluginBuilder.goodSource
                + "int help(void), more(void); int (*helpers[])(void) = {help, more};\n",
            flags: ["-shared", "-fPIC", builder.path("libhelper.so")] + runPath)
        try helper("THREE_3 { global: *; };", source)
        let text = try #require(try refusal(of: path)).description
        #expect(text.contains("ONE_1 of libhelper.so, which has none of that kind here"))
        #expect(text.contains("TWO_2.5 of libhelper.so, which has none of that kind here"))
    }

    @Test func `from a library without versions any will do`() throws {
        try helper("HELP_1.0 { global: help; };")
        let path = try plugin(runPath)
        try helper()
        #expect(try inspect(path).libraries.first?.versions == ["HELP_1.0"])
    }

    @Test func `libraries of the system are found with their versions`() throws {
        let path = try builder.build(
            "#include <stdio.h>\n" + PluginBuilder.goodSource + "int (*print)(const char *) = puts;\n")
        let library = try #require(try inspect(path).libraries.first { $0.name == "libc.so.6" })
        #expect(library.path.hasSuffix("/libc.so.6"))
        #expect(library.versions.allSatisfy { $0.hasPrefix("GLIBC_2.") })
        #expect(library.newestVersions.count == 1)
    }

    @Test func `of versions of one kind the newest stands for all`() {
        let library = NeededLibrary(
            name: "libc.so.6", path: "/lib/libc.so.6",
            versions: ["GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.4", "GLIBC_PRIVATE"])
        #expect(library.newestVersions == ["GLIBC_2.34"])
    }

    @Test func `a table of versions that is cut or leads nowhere is malformed`() throws {
        try helper("HELP_1.0 { global: help; };")
        let path = try plugin(runPath + ["-Wl,-z,noseparate-code"])
        let good = try builder.read(path)
        let table = try #require(good.firstRange(of: versionTable(in: good)))
        // Distances of the first record and of its first version that lead out of the file.
        for offset in [8, 12, 16 + 12] {
            var bad = good
            bad.replaceSubrange(
                table.lowerBound + offset..<table.lowerBound + offset + 4, with: [0xf0, 0xff, 0xff, 0xff])
            try builder.write(bad, to: path)
            #expect(try refusal(of: path)?.code == .malformed, "at \(offset)")
        }
    }

    /// The first record of the table, which is about one version of one library.
    private func versionTable(in bytes: [UInt8]) throws -> [UInt8] {
        let header: [UInt8] = [1, 0, 1, 0]
        for start in bytes.indices.dropLast(32) where Array(bytes[start..<start + 4]) == header {
            if bytes[start + 8..<start + 12].elementsEqual([16, 0, 0, 0]) {
                return Array(bytes[start..<start + 32])
            }
        }
        throw PluginBuilder.Failure(description: "no table of versions")
    }
}
