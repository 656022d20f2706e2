/// A name for a new plugin: of its folder, its shared object, and in its functions.
public struct PluginName: Equatable, Sendable {
    /// The longest name, in characters.
    public static let maximumLength = 40

    /// As it was given, such as `mic-array`.
    public let text: String
    /// The same in C: `mic_array`.
    public var symbol: String { String(text.map { $0 == "-" ? "_" : $0 }) }

    /// Takes words of lower-case ASCII letters and digits with one `-` between them, the first with a
    /// letter in front. That is a folder that no shell has to quote, a part of a reverse-domain name, and
    /// with `_` for `-` a C identifier; no two names have the same.
    ///
    /// Throws `PluginNameError` for anything else, and for more than `maximumLength` characters.
    public init(_ text: String) throws(PluginNameError) {
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let isSpelledRight =
            words.allSatisfy { !$0.isEmpty && $0.allSatisfy { Self.isLetter($0) || Self.isDigit($0) } }
            && text.utf8.first.map(Self.isLetter) == true
        guard isSpelledRight, text.utf8.count <= Self.maximumLength else {
            throw PluginNameError(text: text)
        }
        self.text = text
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// A name that no plugin can have.
public struct PluginNameError: Error, Equatable, Sendable, CustomStringConvertible {
    /// As it was given.
    public let text: String

    package init(text: String) { self.text = text }

    /// What would be right; the name itself may be anything and is the caller's to show.
    public var description: String {
        "a name is lower-case letters and digits in words with '-' between them, such as mic-array, a "
            + "letter in front and at most \(PluginName.maximumLength) characters"
    }
}
