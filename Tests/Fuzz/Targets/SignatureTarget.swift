import PluginInspection

extension FuzzTarget {
    /// The signature of an entry point.
    static let signature = FuzzTarget("signature") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do {
            let signature = try Signature(parsing: text)
            let again = try Signature(parsing: signature.description)
            try promise(again == signature, "\(signature) is read as \(again)")
            try promise(again.description == signature.description, "\(signature) prints as \(again)")
        } catch let error as SignatureError {
            try checkRefusal(error.description)
            try promise(
                (0...text.utf8.count).contains(error.offset), "an error at byte \(error.offset)")
            try promise(error.diagram.split(separator: "\n").count <= 2, "a diagram of more lines")
        }
    }
}
