/// What can be known of a plugin without loading it.
public struct InspectedPlugin: Equatable, Sendable {
    /// The path or name the file was given by.
    public let name: String
    /// Bytes.
    public let size: Int
    /// FNV-1a of the whole file, 16 hexadecimal digits. Tells builds apart, not forgeries.
    public let contentHash: String
    /// The linker's build ID in hexadecimal digits; nil without one. Corresponds to NT_GNU_BUILD_ID.
    public let buildID: String?
    public let manifest: PluginManifest
    /// Libraries the plugin needs, in order, all of which this host has.
    public let libraries: [NeededLibrary]
    public let traits: LoadTraits
    /// How many functions and variables besides its entries the plugin exports.
    public let exportCount: Int
    /// The names of the first of them, at most `exportLimit`.
    public let exports: [String]

    /// Names of what other objects must define, at most `undefinedLimit`.
    public let undefinedSymbols: [String]

    /// Names of undefined symbols that are kept.
    public static let undefinedLimit = 10_000
    /// Names of exports that are kept; a plugin may have any number.
    public static let exportLimit = 100

    /// Names of the libraries. Corresponds to DT_NEEDED.
    public var neededLibraries: [String] { libraries.map(\.name) }
    /// True when `dlopen()` would run code of the plugin's author before any call.
    public var hasConstructors: Bool { traits.constructors > 0 }
}

extension InspectedPlugin {
    /// Judges a copy of the file, part by part from the outside in.
    init(_ image: ELFImage, name: String, hostABI: ClosedRange<Int>) throws(InspectionError) {
        // libelf gets the file without its section table; the hash is of the file as it is.
        let hash = image.contentHash
        try ELFHeader.check(image)
        let segments = try ELFSegments(of: image)
        let dynamic = try ELFDynamicTable(of: image, segments)
        guard !dynamic.isExecutable(segments) else {
            throw InspectionError(.notSharedObject, found: "a position-independent executable")
        }
        let notes = try ELFNotes(of: image, segments)
        let manifest = try Self.manifest(in: notes, of: image, hostABI: hostABI)
        let symbols = try ELFDynamicSymbols(of: image, segments, dynamic)
        for entry in manifest.entries { try symbols.checkEntry(entry.symbol) }

        self.name = name
        size = image.bytes.count
        let digits = String(hash, radix: 16)
        contentHash = String(repeating: "0", count: 16 - digits.count) + digits
        buildID = notes.named("GNU", type: 3).first.map { note in
            image.bytes[Int(note.description.lowerBound)..<Int(note.description.upperBound)]
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        self.manifest = manifest
        libraries = try NeededLibrary.all(of: image, segments, dynamic)
        traits = LoadTraits(of: segments, dynamic)
        undefinedSymbols = symbols.undefined(atMost: Self.undefinedLimit)
        (exportCount, exports) = symbols.exports(
            besides: Set(manifest.entries.map(\.symbol)), atMost: Self.exportLimit)
    }

    private static func manifest(
        in notes: ELFNotes, of image: ELFImage, hostABI: ClosedRange<Int>
    ) throws(InspectionError) -> PluginManifest {
        let own = notes.named("DEVEMU", type: 0x4445_5601)
        guard let note = own.first else { throw InspectionError(.noNote) }
        guard own.count == 1 else { throw InspectionError(.severalNotes, found: "\(own.count)") }
        let payload = image.bytes[Int(note.description.lowerBound)..<Int(note.description.upperBound)]
        let abi: ClosedRange<Int>
        do {
            abi = try PluginManifest.abi(ofPayload: payload)
        } catch {
            throw InspectionError(.malformedManifest, manifest: error)
        }
        guard abi.overlaps(hostABI) else {
            throw InspectionError(.foreignABI, found: Self.text(abi), expected: Self.text(hostABI))
        }
        do {
            return try PluginManifest(payload: payload)
        } catch {
            throw InspectionError(.malformedManifest, manifest: error)
        }
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
