import PluginInspection
import Testing

@Suite struct LoadTraitsTests {
    private let builder: PluginBuilder

    init() throws { builder = try PluginBuilder() }

    private func inspect(_ more: String = "", _ flags: String...) throws -> InspectedPlugin {
        let path = try builder.build(
            PluginBuilder.goodSource + more, flags: ["-shared", "-fPIC", "-Wl,-z,noexecstack"] + flags)
        return try PluginFile.open(path: path, hostABI: 1...2).inspected
    }

    @Test func `a plain plugin runs nothing, exports nothing more and asks for nothing odd`() throws {
        let plugin = try inspect("", "-Wl,-z,relro,-z,now")
        #expect(
            plugin.traits
                == LoadTraits(
                    constructors: 0, destructors: 0, needsExecutableStack: false, hasTextRelocations: false,
                    relro: .full, usesStaticTLS: false))
        #expect(plugin.exportCount == 0)
        #expect(plugin.exports == [])
    }

    @Test func `constructors and destructors are counted without those of the C start files`() throws {
        let traits = try inspect(
            """
            __attribute__((constructor)) static void first(void) { }
            __attribute__((constructor)) static void second(void) { }
            __attribute__((destructor)) static void last(void) { }

            """
        ).traits
        #expect(traits.constructors == 2)
        #expect(traits.destructors == 1)
    }

    @Test func `what is exported besides the entries is counted and named in order`() throws {
        let plugin = try inspect(
            "DEVEMU_EXPORT int spare(void) { return 1; }\n"
                + "__attribute__((visibility(\"default\"))) int data = 2;\nint hidden(void) { return 3; }\n")
        #expect(plugin.exportCount == 2)
        #expect(Set(plugin.exports) == ["spare", "data"])
    }

    @Test func `of very many exports the first 100 are named`() throws {
        let many = (0..<150).map { "DEVEMU_EXPORT int f\($0)(void) { return \($0); }\n" }.joined()
        let plugin = try inspect(many)
        #expect(plugin.exportCount == 150)
        #expect(plugin.exports.count == InspectedPlugin.exportLimit)
    }

    @Test func `an executable stack shows, asked for or not excluded`() throws {
        #expect(try inspect("", "-Wl,-z,execstack").traits.needsExecutableStack)
    }

    @Test func `read-only tables are none, partial or full`() throws {
        #expect(try inspect("", "-Wl,-z,norelro").traits.relro == .none)
        #expect(try inspect("", "-Wl,-z,relro,-z,lazy").traits.relro == .partial)
        #expect(try inspect("", "-Wl,-z,relro,-z,now").traits.relro == .full)
    }

    @Test func `thread-local data in static space shows`() throws {
        let data = "__attribute__((tls_model(\"initial-exec\"))) static __thread int here;\n"
        let use = "DEVEMU_EXPORT int *there(void) { return &here; }\n"
        #expect(try inspect(data + use).traits.usesStaticTLS)
        #expect(try !inspect("static __thread int here;\n" + use).traits.usesStaticTLS)
    }

    #if arch(x86_64)
        @Test func `relocations of code show`() throws {
            // An absolute address in the code, which the dynamic linker has to write there.
            let code =
                "int target; __asm__(\".text\\n.global spot\\nspot: .quad target\\n.previous\");\n"
            #expect(try inspect(code, "-Wl,-z,notext").traits.hasTextRelocations)
        }
    #endif
}
