public import PluginInspection
public import TextSupport

/// What `devemu plugin inspect` shows of a plugin; its JSON form is the schema `devemu.plugin/1`.
public struct PluginCard: Encodable, Sendable {
    public struct Parameter: Encodable, Sendable {
        public var name: String
        public var type: String
        public var defaultValue: String
        public var range: String
        public var help: String

        enum CodingKeys: String, CodingKey {
            case name, type, range, help
            case defaultValue = "default"
        }
    }

    public struct Entry: Encodable, Sendable {
        public var symbol: String
        public var signature: String
    }

    public struct Field: Encodable, Sendable {
        public var key: String
        public var value: String
    }

    public struct Library: Encodable, Sendable {
        public var name: String
        public var path: String
        public var versions: [String]
        /// The highest of each kind.
        var newest: [String]

        enum CodingKeys: String, CodingKey {
            case name, path, versions
        }
    }

    public struct Exports: Encodable, Sendable {
        public var count: Int
        /// The first of them.
        public var names: [String]
    }

    public var schema = "devemu.plugin/1"
    public var file: String
    public var bytes: Int
    public var contentHash: String
    public var buildID: String?
    public var id: String
    public var version: String
    public var license: String
    public var summary: String
    /// `workload` or `strategy`.
    public var kind: String
    public var abiMin: Int
    public var abi: Int
    public var entries: [Entry]
    public var parameters: [Parameter]
    /// Keys of the note that this devemu does not know, in order.
    public var other: [Field]
    public var needs: [String]
    public var libraries: [Library]
    public var hasConstructors: Bool
    public var constructors: Int
    public var destructors: Int
    public var exports: Exports
    public var executableStack: Bool
    public var textRelocations: Bool
    public var relro: String
    public var staticTLS: Bool

    public init(_ plugin: InspectedPlugin) {
        let manifest = plugin.manifest
        file = plugin.name
        bytes = plugin.size
        contentHash = plugin.contentHash
        buildID = plugin.buildID
        id = manifest.id
        version = manifest.version
        license = manifest.license
        summary = manifest.summary
        kind = manifest.kind.rawValue
        abiMin = manifest.abi.lowerBound
        abi = manifest.abi.upperBound
        entries = manifest.entries.map { Entry(symbol: $0.symbol, signature: "\($0.signature)") }
        parameters = manifest.parameters.map {
            Parameter(
                name: $0.name, type: "\($0.type)", defaultValue: "\($0.defaultValue)", range: "\($0.range)",
                help: $0.help)
        }
        other = manifest.other.map { Field(key: $0.key, value: $0.value) }
        needs = plugin.neededLibraries
        libraries = plugin.libraries.map {
            Library(name: $0.name, path: $0.path, versions: $0.versions, newest: $0.newestVersions)
        }
        hasConstructors = plugin.hasConstructors
        constructors = plugin.traits.constructors
        destructors = plugin.traits.destructors
        exports = Exports(count: plugin.exportCount, names: plugin.exports)
        executableStack = plugin.traits.needsExecutableStack
        textRelocations = plugin.traits.hasTextRelocations
        relro = plugin.traits.relro.rawValue
        staticTLS = plugin.traits.usesStaticTLS
    }

    enum CodingKeys: String, CodingKey {
        case schema, file, bytes, id, version, license, summary, abi, entries, parameters, other, needs
        case kind, libraries, constructors, destructors, exports, relro
        case executableStack = "executable_stack"
        case textRelocations = "text_relocations"
        case staticTLS = "static_tls"
        case contentHash = "content_hash"
        case buildID = "build_id"
        case abiMin = "abi_min"
        case hasConstructors = "has_constructors"
    }

    /// A labelled text, broken after commas where it exceeds 80 columns.
    private static func wrapped(_ text: String, label: String) -> [String] {
        let indent = 12
        var lines = ["  " + label + String(repeating: " ", count: indent - 2 - label.count)]
        for part in text.split(separator: ", ") {
            let isFirst = lines[lines.count - 1].count == indent
            if !isFirst {
                lines[lines.count - 1] += ","
                if lines[lines.count - 1].count + part.count + 2 > 80 {
                    lines.append(String(repeating: " ", count: indent))
                } else {
                    lines[lines.count - 1] += " "
                }
            }
            lines[lines.count - 1] += part
        }
        return lines
    }

    /// What the dynamic linker has to do for the plugin; what is usual has no line.
    private func linkage() -> [String] {
        var lines: [String] = []
        let needed = libraries.map {
            $0.newest.isEmpty ? $0.name : "\($0.name) (\($0.newest.joined(separator: " ")))"
        }
        if !needed.isEmpty {
            lines += Self.wrapped(Human.printable(needed.joined(separator: ", ")), label: "needs")
        }
        if constructors + destructors > 0 {
            lines.append(
                "  on load   runs code of its own: \(Human.count(constructors, "constructor")), "
                    + Human.count(destructors, "destructor"))
        }
        if exports.count > 0 {
            let shown = exports.names.prefix(4).joined(separator: ", ") + (exports.count > 4 ? ", ..." : "")
            lines += Self.wrapped(
                Human.printable("\(Human.count(exports.count, "name")) besides its entries, \(shown)"),
                label: "exports")
        }
        lines += hazards.map { "  careful   \($0)" }
        return lines
    }

    /// Properties that are rarely wanted, each with the option that avoids it.
    private var hazards: [String] {
        var hazards: [String] = []
        if executableStack { hazards.append("makes stacks executable; link it with -z noexecstack") }
        if textRelocations { hazards.append("writes to its code when it is loaded; compile it with -fPIC") }
        if relro == LoadTraits.Relro.none.rawValue {
            hazards.append("leaves its tables writable; link it with -z relro")
        }
        if staticTLS {
            hazards.append(
                "its thread-local data takes static space; do not compile it with -ftls-model=initial-exec")
        }
        return hazards
    }

    /// The card for a terminal, ending in a newline.
    public func text(style: TextStyle) -> String {
        var lines = [
            style.paint(Human.printable("\(id) \(version)"), .bold),
            "  does      \(Human.printable(summary))",
            "  file      \(Human.printable(file))",
            "  content   \(contentHash), \(Human.grouped(bytes)) bytes",
            "  licence   \(license)",
            "  abi       \(abiMin == abi ? "\(abi)" : "\(abiMin) to \(abi)")",
        ]
        if kind == PluginManifest.Kind.strategy.rawValue {
            lines.append("  kind      strategy, for --strategy")
        }
        for entry in entries { lines += Self.wrapped("\(entry.symbol): \(entry.signature)", label: "entry") }
        lines += linkage()
        for field in other { lines.append("  \(field.key)=\(Human.printable(field.value))") }
        guard !parameters.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines.append("")
        lines.append(style.paint("Parameters", .bold) + ", set with --set name=value")
        let settings = parameters.map { "\($0.name)=\($0.defaultValue)" }
        let width = settings.map(\.count).max() ?? 0
        for (parameter, setting) in zip(parameters, settings) {
            let range = parameter.range.isEmpty ? "" : ", \(parameter.range)"
            lines.append(
                "  " + setting + String(repeating: " ", count: width - setting.count)
                    + "  \(Human.printable(parameter.help)) (\(parameter.type)\(range))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
