import TextSupport

/// What a plugin says about itself: the content of its DEVEMU note.
public struct PluginManifest: Equatable, Sendable {
    /// A function that the plugin promises to export.
    public struct EntryPoint: Equatable, Sendable {
        /// A C identifier.
        public let symbol: String
        /// Every argument is named: `ptr host`, or a parameter of the same type.
        public let signature: Signature

        public init(symbol: String, signature: Signature) {
            self.symbol = symbol
            self.signature = signature
        }
    }

    /// What a plugin is there for.
    public enum Kind: String, CaseIterable, Sendable {
        /// Drives devices.
        case workload
        /// Gathers chunks for the drivers of others.
        case strategy
    }

    /// The signature of a strategy's entry point, arguments by position.
    public static let strategyTypes: [ValueType] = [.ptr, .ptr, .size, .size, .u32, .ptr]
    public static let strategySignature =
        "size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)"

    /// A `key=value` that this revision of the format gives no meaning.
    public struct UnknownField: Equatable, Sendable {
        public let key: String
        public let value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The largest note, in bytes.
    public static let maximumSize = 65536
    /// The largest number of `key=value` strings.
    public static let maximumFields = 256
    /// The name of the argument that receives the host table, and of no parameter.
    public static let hostArgument = "host"

    /// The host ABI revisions the plugin can do with, `abi-min=` to `abi=`.
    public let abi: ClosedRange<Int>
    /// Reverse-domain name, such as `org.example.hello`.
    public let id: String
    /// The plugin's own version; not empty.
    public let version: String
    /// SPDX identifier; not empty, not looked up.
    public let license: String
    /// One line; not empty.
    public let summary: String
    /// `workload` where the note does not say.
    public let kind: Kind
    /// At least one, in the order of the note, symbols unique. The first is what runs.
    public let entries: [EntryPoint]
    /// In the order of the note, names unique.
    public let parameters: [Parameter]
    /// Operations, one after the other, behind which the plugin holds nothing; each at least one.
    public let cycles: [[String]]
    /// In the order of the note.
    public let other: [UnknownField]

    /// Reads a note's description field: `key=value` strings in strict UTF-8 with NULs between
    /// them and any number of NULs at the end.
    ///
    /// Throws `ManifestError` with the offset in the payload for anything else: more than
    /// `maximumSize` bytes or `maximumFields` strings, control characters, a key missing or
    /// standing twice, an entry that the parameters do not feed, a default outside its range.
    public init(payload: some Collection<UInt8>) throws(ManifestError) {
        let fields = try ManifestField.split(payload)
        let end = payload.count
        abi = try Self.abi(in: fields, end)
        let id = try ManifestField.single("id", in: fields, end)
        guard Names.isReverseDomain(id.value) else { throw id.error(.malformedID, id.value) }
        self.id = id.value
        version = try ManifestField.single("version", in: fields, end).value
        license = try ManifestField.single("license", in: fields, end).value
        summary = try ManifestField.single("summary", in: fields, end).value

        kind = try Self.kind(in: fields, end)

        var parameters: [Parameter] = []
        for field in fields where field.key == "param" {
            let parameter = try Parameter(declaredBy: field)
            guard !parameters.contains(where: { $0.name == parameter.name }) else {
                throw field.error(.duplicateParameter, parameter.name)
            }
            parameters.append(parameter)
        }
        self.parameters = parameters

        var entries: [EntryPoint] = []
        for field in fields where field.key == "entry" {
            let entry = try EntryPoint(declaredBy: field, parameters: parameters, kind: kind)
            guard !entries.contains(where: { $0.symbol == entry.symbol }) else {
                throw field.error(.duplicateEntry, entry.symbol)
            }
            entries.append(entry)
        }
        guard !entries.isEmpty else { throw ManifestError(code: .missingKey, key: "entry", offset: end) }
        self.entries = entries

        let operations = entries.map { Self.operationName(of: $0, id: id.value) }
        var cycles: [[String]] = []
        for field in fields where field.key == "cycle" {
            let names = field.value.split(separator: " ").map { String($0) }
            guard !names.isEmpty, kind == .workload else { throw field.error(.malformedCycle) }
            if let unknown = names.first(where: { !operations.contains($0) }) {
                throw field.error(
                    .unknownOperation, unknown, Spelling.nearest(to: unknown, among: operations) ?? "")
            }
            cycles.append(names)
        }
        self.cycles = cycles

        other = fields.filter { !Self.knownKeys.contains($0.key) }
            .map { UnknownField(key: $0.key, value: $0.value) }
    }

    /// Reads `abi-min=` and `abi=` alone. A plugin for another ABI may use keys and types that this
    /// host cannot read; what has to be said of it is that it is for another ABI.
    ///
    /// Throws `ManifestError` when the payload is no list of strings or the two are not in it.
    public static func abi(ofPayload payload: some Collection<UInt8>) throws(ManifestError) -> ClosedRange<
        Int
    > {
        try abi(in: try ManifestField.split(payload), payload.count)
    }

    private static let knownKeys = [
        "abi-min", "abi", "id", "version", "license", "summary", "kind", "entry", "param", "cycle",
    ]

    private static func kind(in fields: [ManifestField], _ end: Int) throws(ManifestError) -> Kind {
        guard fields.contains(where: { $0.key == "kind" }) else { return .workload }
        let field = try ManifestField.single("kind", in: fields, end)
        guard let kind = Kind(rawValue: field.value) else { throw field.error(.unknownKind, field.value) }
        return kind
    }

    private static func abi(in fields: [ManifestField], _ end: Int) throws(ManifestError) -> ClosedRange<Int>
    {
        let low = try ManifestField.single("abi-min", in: fields, end)
        let high = try ManifestField.single("abi", in: fields, end)
        func revision(_ field: ManifestField) throws(ManifestError) -> Int {
            let isDecimal = field.value.utf8.count <= 6 && field.value.utf8.allSatisfy(Names.isDigit)
            guard isDecimal, let revision = Int(field.value), revision > 0 else {
                throw field.error(.malformedABI, field.value)
            }
            return revision
        }
        let lowest = try revision(low)
        let highest = try revision(high)
        guard lowest <= highest else { throw low.error(.reversedABI, low.value, high.value) }
        return lowest...highest
    }
}
