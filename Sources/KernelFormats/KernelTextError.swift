/// Why a text that a kernel wrote cannot be used, and where.
public struct KernelTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// 1-based; 0 for the text as a whole.
    public var line: Int
    /// What is wrong and what would be right, in one line.
    public var description: String

    public init(line: Int, _ description: String) {
        self.line = line
        self.description = description
    }

    /// At most 60 bytes of a line, for a message, which stays one line.
    static func excerpt(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes.prefix(60), as: UTF8.self).onOneLine
        return bytes.count > 60 ? text + "…" : text
    }
}
