import TextSupport

/// A file that cannot become part of a page: one line that says what it is and what would be right.
public struct ReportPageError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    /// The line of a text that may quote the file, which may have any characters.
    init(_ text: String) {
        description = Human.printable(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
