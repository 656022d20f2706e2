import PluginInspection

extension FuzzTarget {
    /// The payload of a plugin's note.
    static let note = FuzzTarget("note") { bytes in
        let manifest: PluginManifest
        do {
            manifest = try PluginManifest(payload: bytes)
        } catch let error as ManifestError {
            try checkRefusal(error.description)
            try promise((0...bytes.count).contains(error.offset), "an error at byte \(error.offset)")
            return
        }
        try promise(try PluginManifest.abi(ofPayload: bytes) == manifest.abi, "two ranges of ABI")
        for entry in manifest.entries {
            try promise(
                try Signature(parsing: "\(entry.signature)") == entry.signature,
                "\(entry.signature) is read as another signature")
        }
        for parameter in manifest.parameters {
            try promise(parameter.range.contains(parameter.defaultValue), "a default outside its range")
        }
        // What a default prints may be given as a setting, and means the same.
        let settings = manifest.parameters.map { (name: $0.name, value: "\($0.defaultValue)") }
        try promise(
            try manifest.bind(settings: settings) == manifest.bind(settings: []),
            "the defaults as settings are other values")
        for parameter in manifest.parameters {
            for other in manifest.parameters {
                do {
                    _ = try parameter.value(parsing: "\(other.defaultValue)")
                } catch let error as ParameterError {
                    try checkRefusal(error.description)
                }
            }
        }
    }
}
