/// Texts that have to come through other programs' syntax as they are.
public enum ShellWord {
    /// A word of a command in bash.
    public static func bash(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+,:@=".utf8.contains(byte)
            }
        }
        guard !plain || text.isEmpty else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
            + "'"
    }

    /// A path in the value of an option on an `#SBATCH` line; nil where sbatch has no way to write it: a line
    /// ends at a line break, and a backslash turns off the numbers in names of logs.
    public static func directive(_ path: String) -> String? {
        guard !path.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else { return nil }
        return "\"" + path.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: #"\""#)
            + "\""
    }

    /// The same where `%` begins a number that Slurm puts in: the names of logs.
    public static func logDirective(folder: String, name: String) -> String? {
        let folder = folder.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
        return directive("\(folder)/\(name)")
    }
}
