import TextSupport

/// What makes a result again, to the byte.
public struct Reproduction: Codable, Sendable, Hashable {
    /// Words of a command line, `devemu` first, without those that say only where the result goes.
    public var command: [String]
    /// What made it: `devemu 0.1.0`.
    public var version: String

    public init(command: [String], version: String) {
        self.command = command
        self.version = version
    }

    /// The words as a shell takes them.
    public var shellLine: String { command.map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:=,+@%".utf8.contains(byte)
            }
        }
        return plain && !word.isEmpty
            ? word
            : "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}
