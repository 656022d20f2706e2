import TextSupport

/// One `key=value` string of a note and the place where it stood.
struct ManifestField {
    let key: String
    let value: String
    /// Bytes from the start of the payload to the first byte of the key.
    let offset: Int

    /// Bytes from the start of the payload to the first byte of the value.
    var valueOffset: Int { offset + key.utf8.count + 1 }

    func error(_ code: ManifestError.Code, _ found: String = "", _ expected: String = "") -> ManifestError {
        ManifestError(code: code, key: key, offset: valueOffset, found: found, expected: expected)
    }

    /// The strings of a payload in their order.
    static func split(_ payload: some Collection<UInt8>) throws(ManifestError) -> [ManifestField] {
        let size = payload.count
        guard size <= PluginManifest.maximumSize else {
            throw ManifestError(code: .tooLarge, offset: PluginManifest.maximumSize, found: "\(size)")
        }
        var bytes = Array(payload)
        while bytes.last == 0 { bytes.removeLast() }
        var fields: [ManifestField] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0) ?? bytes.count
            guard fields.count < PluginManifest.maximumFields else {
                throw ManifestError(code: .tooManyFields, offset: start)
            }
            fields.append(try ManifestField(bytes[start..<end]))
            start = end + 1
        }
        return fields
    }

    /// The field of a key that stands once and is not empty. `end` is the size of the payload.
    static func single(
        _ key: String, in fields: [ManifestField], _ end: Int
    ) throws(ManifestError) -> ManifestField {
        let matches = fields.filter { $0.key == key }
        guard let field = matches.first else {
            throw ManifestError(code: .missingKey, key: key, offset: end)
        }
        guard matches.count == 1 else { throw matches[1].error(.duplicateKey) }
        guard !field.value.isEmpty else { throw field.error(.emptyValue) }
        return field
    }

    private init(_ bytes: ArraySlice<UInt8>) throws(ManifestError) {
        offset = bytes.startIndex
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ManifestError(code: .notUTF8, offset: offset)
        }
        let separator = bytes.firstIndex(of: UInt8(ascii: "="))
        if let control = text.unicodeScalars.firstIndex(where: isControl) {
            let position = offset + text.utf8.distance(from: text.startIndex, to: control)
            throw ManifestError(
                code: .controlCharacter, offset: position, found: String(text.unicodeScalars[control]))
        }
        guard let separator else {
            throw ManifestError(code: .notKeyValue, offset: offset, found: text)
        }
        key = String(decoding: bytes[..<separator], as: UTF8.self)
        value = String(decoding: bytes[(separator + 1)...], as: UTF8.self)
        guard Names.isKey(key) else {
            throw ManifestError(code: .malformedKey, offset: offset, found: key)
        }
    }
}
