/// A scene, or another file written like one, before it means anything: keys, lists and texts, each with
/// its place.
package struct SceneNode: Sendable {
    package enum Content: Sendable {
        /// One value, as it was written.
        case text(String)
        case mapping([Entry])
        case list([SceneNode])
        /// A key with nothing behind it.
        case nothing
    }

    package struct Entry: Sendable {
        package let key: String
        package let keyPlace: Place
        package var value: SceneNode
    }

    package var content: Content
    package var place: Place

    /// The entries of a mapping, none for anything else.
    package var entries: [Entry] {
        if case .mapping(let entries) = content { return entries }
        return []
    }

    /// The elements of a list, none for anything else.
    package var elements: [SceneNode] {
        if case .list(let elements) = content { return elements }
        return []
    }

    package subscript(key: String) -> SceneNode? { entries.first { $0.key == key }?.value }

    /// Where the first of all that is here was written; nil when nobody wrote it.
    var writtenPlace: Place? {
        guard place == .builtIn else { return place }
        return (entries.map(\.value) + elements).lazy.compactMap(\.writtenPlace).first
    }

    /// What stands here, for a message.
    package var kind: String {
        switch content {
        case .text: "one value"
        case .mapping: "a mapping"
        case .list: "a list"
        case .nothing: "empty"
        }
    }
}

/// Where a node was written.
package enum Place: Equatable, Sendable {
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
