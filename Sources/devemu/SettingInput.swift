/// Parameters of plugins as `--set` gives them.
enum SettingInput {
    static func parse(_ texts: [String]) throws(CommandFailure) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw CommandFailure(.usage, "--set '\(text)' is not name=value")
            }
            settings.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        return settings
    }
}
