import TextSupport

extension Parameter {
    /// Reads `NAME:TYPE:DEFAULT:RANGE:HELP`, where only HELP may contain a colon.
    init(declaredBy field: ManifestField) throws(ManifestError) {
        let parts = field.value.split(
            separator: ":" as Character, maxSplits: 4, omittingEmptySubsequences: false
        ).map { String($0) }
        guard parts.count == 5 else { throw field.error(.malformedParameter, field.value) }
        name = parts[0]
        help = parts[4]
        guard Names.isParameterName(name) else { throw field.error(.malformedName, name) }
        guard name != PluginManifest.hostArgument else { throw field.error(.reservedName, name) }
        guard let type = SignatureScanner.type(parts[1]), type != .void, type != .ptr else {
            throw field.error(.parameterType, name, parts[1])
        }
        self.type = type
        range = try ParameterRange(declaredBy: field, parts[3], name: name, type: type)
        let unchecked = Parameter(
            name: name, type: type, defaultValue: .text(""), range: range, help: help)
        do {
            defaultValue = try unchecked.value(parsing: parts[2])
        } catch {
            throw ManifestError(
                code: .malformedDefault, key: field.key, offset: field.valueOffset, found: name, value: error)
        }
    }
}

extension ParameterRange {
    /// Reads RANGE: `LOW..HIGH` for a number, `A|B|C` for a text, or nothing.
    fileprivate init(
        declaredBy field: ManifestField, _ text: String, name: String, type: ValueType
    ) throws(ManifestError) {
        if text.isEmpty {
            self = .none
        } else if case .record = type {
            throw field.error(.recordRange, name, text)
        } else if type == .cstr {
            let choices = text.split(separator: "|" as Character, omittingEmptySubsequences: false)
                .map { String($0) }
            guard !choices.contains(""), Set(choices).count == choices.count else {
                throw field.error(.malformedChoices, name, text)
            }
            self = .choices(choices)
        } else {
            self = try Self.numbers(declaredBy: field, text, name: name, type: type)
        }
    }

    private static func numbers(
        declaredBy field: ManifestField, _ text: String, name: String, type: ValueType
    ) throws(ManifestError) -> ParameterRange {
        let bytes = Array(text.utf8)
        let dots = bytes.indices.dropLast().first { bytes[$0...].starts(with: "..".utf8) }
        guard let dots else { throw field.error(.malformedRange, name, text) }
        func bound(_ bytes: ArraySlice<UInt8>) throws(ManifestError) -> ParameterValue {
            do {
                return try Parameter.value(
                    parsing: String(decoding: bytes, as: UTF8.self), type: type, name: name)
            } catch {
                throw ManifestError(
                    code: .malformedBound, key: field.key, offset: field.valueOffset, found: name,
                    value: error)
            }
        }
        switch (try bound(bytes[..<dots]), try bound(bytes[(dots + 2)...])) {
        case (.signed(let low), .signed(let high)) where low <= high: return .integers(low...high)
        case (.unsigned(let low), .unsigned(let high)) where low <= high: return .unsigned(low...high)
        case (.real(let low), .real(let high)) where low <= high: return .reals(low...high)
        default: throw field.error(.reversedRange, name, text)
        }
    }
}
