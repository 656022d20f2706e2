import PluginInspection

/// Arguments of the host's functions as people read them.
enum HandleText {
    /// A handle by what it stands for, another number in hexadecimal.
    static func describe(_ word: UInt64) -> String {
        guard word != 0 else { return "NULL" }
        return HandleSpace.name(of: UInt(word)) ?? "0x" + String(word, radix: 16)
    }
}

extension HostFunction {
    /// Arguments behind the context, as the flight recorder keeps them: `area 0, count 16, align 4, mode 0`.
    public func describe(arguments: [UInt64]) -> String {
        zip(signature.arguments.dropFirst(), arguments).map { argument, word in
            let name = argument.name ?? ""
            switch argument.type {
            case .ptr:
                let text = HandleText.describe(word)
                // A handle says what it is; NULL and addresses do not.
                return text.contains(" ") ? text : "\(name) \(text)"
            case .cstr: return name + (word == 0 ? " NULL" : " \"...\"")
            default: return "\(name) \(word)"
            }
        }.joined(separator: ", ")
    }
}
