/// A value that replaces one of a scene, as an option, an environment variable or `--set` gives it.
struct GivenSetting {
    /// Its path in a scene, such as `machine.pins`.
    let path: String
    let value: String
    /// Where it was given: `--pins`, `DEVEMU_SEED`, `--set`.
    let source: String

    /// The setting as it was written, for messages about it.
    var text: String {
        switch source {
        case "--set": "--set \(path)=\(value)"
        case _ where source.hasPrefix("--"): "\(source) \(written)"
        default: "\(source)=\(written)"
        }
    }

    /// Where a grid names the path, as `file:line:column`; nil for what no grid says.
    let keyPlace: String?

    /// What was written, where the path wants it with a unit.
    private let written: String

    init(path: String, value: String, source: String, written: String? = nil) {
        self.path = path
        self.value = value
        self.source = source
        self.written = written ?? value
        keyPlace = nil
    }

    /// A value of a grid.
    /// - Parameter place: where it is, as `file:line:column`.
    init(path: String, value: String, place: String, keyPlace: String) {
        self.path = path
        self.value = value
        source = place
        written = value
        self.keyPlace = keyPlace
    }

    /// Reads `--set PATH=VALUE`.
    init(parsing text: String) throws(CommandFailure) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw CommandFailure(.usage, "--set '\(text)' is not name=value")
        }
        self.init(
            path: String(text[..<equals]), value: String(text[text.index(after: equals)...]), source: "--set")
    }

    /// The setting of an option, or else of its environment variable; none when neither is given.
    static func option(
        _ value: String?, _ name: String, variable: String? = nil, path: String
    ) -> [GivenSetting] {
        if let value { return [GivenSetting(path: path, value: value, source: name)] }
        guard let variable, let value = Terminal.environment(variable) else { return [] }
        return [GivenSetting(path: path, value: value, source: variable)]
    }
}
