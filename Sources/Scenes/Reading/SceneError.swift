import TextSupport

/// Where a value of a scene comes from.
public enum Origin: Sendable, Hashable {
    /// The scene does not say it.
    case `default`
    /// The scene file; both 1-based, columns in Unicode scalars.
    case file(line: Int, column: Int)
    /// A setting in place of what the file says.
    case override
}

/// Why bytes are no scene, or no other file that is written like one, and where.
public struct SceneError: Error, Equatable, Sendable {
    /// 1-based line of the file; 0 when an override is wrong.
    public var line: Int
    /// 1-based column in Unicode scalars; 0 when an override is wrong.
    public var column: Int
    /// The value's place in the scene, such as `machine.areas[0].size`; empty for the scene as a
    /// whole and for what is no YAML.
    public var path: String
    /// What is wrong and what would be right, in one line.
    public var message: String

    package init(_ message: String, line: Int, column: Int, path: String = "") {
        self.message = message
        self.line = line
        self.column = column
        self.path = path
    }

    package init(_ message: String, at place: Place, path: String) {
        switch place {
        case .builtIn: self.init(message, line: 1, column: 1, path: path)
        case .file(let line, let column): self.init(message, line: line, column: column, path: path)
        case .override(let setting):
            self.init("override \(quoted(setting)): \(message)", line: 0, column: 0, path: path)
        }
    }
}

extension SceneError: CustomStringConvertible {
    /// The path and the message, without file, line and column. An override names itself.
    public var description: String { path.isEmpty || line == 0 ? message : "\(path): \(message)" }
}
