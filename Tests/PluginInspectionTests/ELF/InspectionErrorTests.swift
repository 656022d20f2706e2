import PluginInspection
import Testing

@Suite struct InspectionErrorTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    @Test func `a file that is not ELF is refused`() throws {
        try builder.write(Array("#!/bin/sh\n".utf8), to: builder.path("script"))
        #expect(refusal(of: builder.path("script"))?.code == .notELF)
    }

    @Test(
        arguments: [
            (4, 1, .wrongClass, "is not a 64-bit ELF file; build the plugin for a 64-bit machine"),
            (5, 2, .wrongByteOrder, nil),
            (18, 40, .wrongMachine, nil),
            (16, 1, .notSharedObject, "is an object file, not a shared object; link it with -shared"),
            (16, 2, .notSharedObject, "is an executable, not a shared object; link it with -shared"),
            (6, 9, .malformed, "the ELF header is refused by libelf; link the plugin again"),
            (20, 9, .malformed, "the ELF header has an unknown version; link the plugin again"),
            (54, 55, .malformed, "the program header table has entries of 55 bytes; link the plugin again"),
            (57, 1, .malformed, nil),
        ] as [(Int, UInt8, InspectionError.Code, String?)])
    func `a header that is for another loader is refused`(
        offset: Int, byte: UInt8, code: InspectionError.Code, wording: String?
    ) throws {
        let error = try refusal(patching: offset, with: [byte])
        #expect(error?.code == code)
        if let wording { #expect(error?.description == builder.path("plugin.so") + ": " + wording) }
    }

    @Test func `another machine is named together with this one`() throws {
        let error = try refusal(patching: 18, with: [243, 0])
        #expect(error?.found == "riscv")
        #if arch(x86_64)
            #expect(error?.expected == "x86_64")
        #elseif arch(arm64)
            #expect(error?.expected == "aarch64")
        #endif
    }

    @Test func `an executable is refused, position-independent or not`() throws {
        for flags in [["-pie", "-fPIE"], ["-no-pie"]] {
            let path = try builder.build(
                PluginBuilder.goodSource + "int main(void) { return 0; }\n", flags: flags)
            #expect(refusal(of: path)?.code == .notSharedObject)
        }
    }

    @Test func `a missing tail is told in bytes`() throws {
        let path = try builder.build(PluginBuilder.goodSource)
        try builder.write(Array(try builder.read(path).prefix(3000)), to: path)
        let error = refusal(of: path)
        #expect(error?.code == .truncated)
        #expect(error?.subject.hasPrefix("segment ") == true)
        #expect(error?.description.hasSuffix("but the file has 3000; copy the file again") == true)
    }

    @Test func `a program header table beyond the file or the address space is refused`() throws {
        #expect(try refusal(patching: 32, with: [0, 0, 0, 1, 0, 0, 0, 0])?.code == .truncated)
        let error = try refusal(patching: 32, with: [UInt8](repeating: 0xff, count: 8))
        #expect(error?.code == .truncated)
        #expect(error?.expected == "2^64 or later")
    }

    @Test func `a library without the note is refused`() throws {
        let error = refusal(of: try builder.build(PluginBuilder.goodEntry))
        #expect(error?.code == .noNote)
        #expect(error?.description.contains("built without DEVEMU_PLUGIN_NOTE") == true)
    }

    @Test func `two notes are refused`() throws {
        let source =
            PluginBuilder.goodSource + "#define devemu_plugin_note second_note\n" + PluginBuilder.goodNote
        let error = refusal(of: try builder.build(source))
        #expect(error?.code == .severalNotes)
        #expect(error?.found == "2")
    }

    @Test func `a note that is malformed is refused with the place of the mistake`() throws {
        let source = PluginBuilder.note("entry=run:i32(ptr host, u33 pages)") + PluginBuilder.goodEntry
        let error = refusal(of: try builder.build(source))
        #expect(error?.code == .malformedManifest)
        #expect(error?.manifest?.signature?.code == .unknownType)
        #expect(
            error?.description
                == builder.path("plugin.so")
                + ": note byte 107: entry= run: unknown type 'u33'; did you mean u32?")
    }

    @Test func `a foreign ABI is told with both ranges, even when the rest cannot be read`() throws {
        let source =
            "#undef DEVEMU_ABI\n#define DEVEMU_ABI 4\n#undef DEVEMU_ABI_MIN\n#define DEVEMU_ABI_MIN 2\n"
            + PluginBuilder.note("entry=run:future()") + PluginBuilder.goodEntry
        let path = try builder.build(source)
        #expect(
            refusal(of: path, hostABI: 1...1)?.description
                == path + ": needs a host of ABI 2 to 4, this host has 1; build the plugin against the "
                + "devemu/plugin.h of this host")
        #expect(refusal(of: path, hostABI: 5...7)?.code == .foreignABI)
    }

    @Test(
        arguments: [
            ("int32_t run(void) { return 0; }", .entryMissing, ""),
            ("DEVEMU_EXPORT int32_t walk(void) { return 0; }", .entryMissing, ""),
            (
                "extern __attribute__((visibility(\"default\"))) int32_t run(void);"
                    + " DEVEMU_EXPORT int32_t walk(void) { return run(); }", .entryUndefined, ""
            ),
            ("DEVEMU_EXPORT int32_t run = 1;", .entryNotFunction, "data"),
            ("DEVEMU_EXPORT __thread int32_t run;", .entryNotFunction, "thread-local data"),
        ] as [(String, InspectionError.Code, String)])
    func `a promise that the symbols do not keep is refused`(
        definition: String, code: InspectionError.Code, found: String
    ) throws {
        let source = PluginBuilder.note("entry=run:i32()") + definition + "\n"
        let error = refusal(of: try builder.build(source))
        #expect(error?.code == code)
        #expect(error?.subject == "run")
        #expect(error?.found == found)
    }

    @Test(arguments: [(UInt8(1), "internal"), (2, "hidden")])
    func `an entry that no linker lets out is refused by what its symbol says`(
        visibility: UInt8, found: String
    ) throws {
        let source =
            PluginBuilder.note("entry=run:i32()")
            + "__attribute__((visibility(\"protected\"))) int32_t run(void) { return 0; }\n"
        let path = try builder.build(source, flags: ["-shared", "-fPIC", "-s"])
        #expect(throws: Never.self) { try PluginFile.open(path: path, hostABI: 1...2) }
        // Global function, protected: the symbol's bytes st_info and st_other.
        var bytes = try builder.read(path)
        for index in bytes.indices.dropLast() where bytes[index] == 0x12 && bytes[index + 1] == 3 {
            bytes[index + 1] = visibility
        }
        try builder.write(bytes, to: path)
        let error = refusal(of: path)
        #expect(error?.code == .entryNotVisible)
        #expect(error?.found == found)
    }

    @Test func `every promised entry is looked up, not only the first`() throws {
        let source = PluginBuilder.note("entry=run:i32(ptr host)", "entry=later:i32(ptr host)")
        let error = refusal(of: try builder.build(source + PluginBuilder.goodEntry))
        #expect(error?.code == .entryMissing)
        #expect(error?.subject == "later")
    }

    private func refusal(of path: String, hostABI: ClosedRange<Int> = 1...2) -> InspectionError? {
        #expect(throws: InspectionError.self) { try PluginFile.open(path: path, hostABI: hostABI) }
    }

    private func refusal(patching offset: Int, with patch: [UInt8]) throws -> InspectionError? {
        let path = try builder.build(PluginBuilder.goodSource)
        var bytes = try builder.read(path)
        bytes.replaceSubrange(offset..<offset + patch.count, with: patch)
        try builder.write(bytes, to: path)
        return refusal(of: path)
    }
}
