/// The shapes of names in a plugin's note. All of them are ASCII.
public enum Names {
    /// `[a-z][a-z0-9_]*`, the name of a parameter or an argument.
    public static func isParameterName(_ name: some StringProtocol) -> Bool {
        isName(name, first: isLowercase) { isLowercase($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// `[a-z][a-z0-9-]*`, a key of the note.
    package static func isKey(_ name: some StringProtocol) -> Bool {
        isName(name, first: isLowercase) { isLowercase($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`, a C identifier.
    package static func isSymbol(_ name: some StringProtocol) -> Bool {
        isName(name, first: { isWordByte($0) && !isDigit($0) }, rest: isWordByte)
    }

    /// Two or more parts of letters, digits, `-` and `_`, with one dot between neighbours.
    package static func isReverseDomain(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 2
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// A byte of `[A-Za-z0-9_]`.
    package static func isWordByte(_ byte: UInt8) -> Bool {
        isLowercase(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    package static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isName(
        _ name: some StringProtocol, first: (UInt8) -> Bool, rest: (UInt8) -> Bool
    ) -> Bool {
        guard let head = name.utf8.first else { return false }
        return first(head) && name.utf8.dropFirst().allSatisfy(rest)
    }
}
