public import ELFInspection
import PluginManifests

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

    public var schema = "devemu.plugin/1"
    public var file: String
    public var bytes: Int
    public var contentHash: String
    public var buildID: String?
    public var id: String
    public var version: String
    public var license: String
    public var summary: String
    public var abiMin: Int
    public var abi: Int
    public var entries: [Entry]
    public var parameters: [Parameter]
    /// Keys of the note that this devemu does not know, in order.
    public var other: [Field]
    public var needs: [String]
    public var hasConstructors: Bool

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
        hasConstructors = plugin.hasConstructors
    }

    enum CodingKeys: String, CodingKey {
        case schema, file, bytes, id, version, license, summary, abi, entries, parameters, other, needs
        case contentHash = "content_hash"
        case buildID = "build_id"
        case abiMin = "abi_min"
        case hasConstructors = "has_constructors"
    }

    /// The card for the eye, ending in a newline.
    public func text(style: TextStyle) -> String {
        var lines = [
            style.paint("\(id) \(version)", .bold) + "  \(Human.printable(summary))",
            "  file      \(file), \(Human.grouped(bytes)) bytes, content \(contentHash)",
            "  licence   \(license)",
            "  abi       \(abiMin == abi ? "\(abi)" : "\(abiMin) to \(abi)")",
        ]
        for entry in entries { lines.append("  entry     \(entry.symbol): \(entry.signature)") }
        if !needs.isEmpty { lines.append("  needs     \(needs.joined(separator: ", "))") }
        if hasConstructors { lines.append("  runs code when it is loaded (constructors)") }
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
