/// A file that cannot become part of a page: one line that says what it is and what would be right.
public struct ReportPageError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    /// The line of a text that may quote the file, which may have any characters.
    init(_ text: String) {
        description = Human.printable(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// What is wrong with JSON that was to be of a schema.
    init(_ error: any Error, schema: String) {
        guard let error = error as? DecodingError else {
            self.init("no \(schema): \(error)")
            return
        }
        func place(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
            let keys = (path + (last.map { [$0] } ?? [])).map {
                $0.intValue.map(String.init) ?? $0.stringValue
            }
            return keys.isEmpty ? "the whole" : keys.joined(separator: ".")
        }
        let what =
            switch error {
            case .keyNotFound(let key, let context): "\(place(context.codingPath, key)) is missing"
            case .valueNotFound(_, let context): "\(place(context.codingPath)) is null"
            case .typeMismatch(let type, let context): "\(place(context.codingPath)) is no \(type)"
            case .dataCorrupted(let context): "\(place(context.codingPath)): \(context.debugDescription)"
            @unknown default: "\(error)"
            }
        self.init("no \(schema): \(what)")
    }
}
