/// A scene before it means anything: keys, lists and texts, each with its place.
struct SceneNode {
    enum Content {
        /// One value, as it was written.
        case text(String)
        case mapping([Entry])
        case list([SceneNode])
        /// A key with nothing behind it.
        case nothing
    }

    struct Entry {
        let key: String
        let keyPlace: Place
        var value: SceneNode
    }

    var content: Content
    var place: Place

    /// The entries of a mapping, none for anything else.
    var entries: [Entry] {
        if case .mapping(let entries) = content { return entries }
        return []
    }

    /// The elements of a list, none for anything else.
    var elements: [SceneNode] {
        if case .list(let elements) = content { return elements }
        return []
    }

    subscript(key: String) -> SceneNode? { entries.first { $0.key == key }?.value }

    /// Where the first of all that is here was written; nil when nobody wrote it.
    var writtenPlace: Place? {
        guard place == .builtIn else { return place }
        return (entries.map(\.value) + elements).lazy.compactMap(\.writtenPlace).first
    }

    /// What stands here, for a message.
    var kind: String {
        switch content {
        case .text: "one value"
        case .mapping: "a mapping"
        case .list: "a list"
        case .nothing: "empty"
        }
    }
}

/// Where a node was written.
enum Place: Equatable {
    case builtIn
    case file(line: Int, column: Int)
    /// The setting as it was given, `PATH=VALUE`.
    case override(String)

    var origin: Origin {
        switch self {
        case .builtIn: .default
        case .file(let line, let column): .file(line: line, column: column)
        case .override: .override
        }
    }
}
