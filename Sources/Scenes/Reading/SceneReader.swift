import Emulation
import TextSupport

/// A value as `--print-config` shows it.
struct ConfigurationLine: Sendable, Hashable {
    let path: String
    let value: String
    let origin: Origin
}

/// A mapping of a scene, there or not, and the paths of what is in it.
struct SceneSection {
    let node: SceneNode
    /// Path from the root, for errors; empty for the root itself.
    let path: String
    /// Path that sets it as an override.
    let shownPath: String

    init(_ root: SceneNode) {
        node = root
        path = ""
        shownPath = ""
    }

    init(_ node: SceneNode, path: String, shownPath: String? = nil) {
        self.node = node
        self.path = path
        self.shownPath = shownPath ?? path
    }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func shownPath(of key: String) -> String { shownPath.isEmpty ? key : "\(shownPath).\(key)" }

    /// The mapping behind a key; an empty one when it is not there.
    func section(_ key: String) -> SceneSection {
        SceneSection(
            node[key] ?? SceneNode(content: .mapping([]), place: .builtIn), path: path(of: key),
            shownPath: shownPath(of: key))
    }

    func error(_ message: String) -> SceneError { SceneError(message, at: node.place, path: path) }
}

/// Takes values out of a scene and notes each of them for `--print-config`.
struct SceneReader {
    private(set) var lines: [ConfigurationLine] = []
    /// Paths, as overrides have them, of the keys that were looked for and have no value.
    private(set) var unset: [String] = []

    /// A value that the scene may leave out.
    mutating func optional(_ key: String, in section: SceneSection) -> SceneField? {
        if let field = given(key, in: section) { return field }
        unset.append(section.shownPath(of: key))
        return nil
    }

    /// A value with the default of the table of keys.
    mutating func value(_ key: String, in section: SceneSection) -> SceneField {
        value(key, in: section, default: SceneKey(path: section.path(of: key))?.defaultValue ?? "")
    }

    mutating func value(_ key: String, in section: SceneSection, default text: String) -> SceneField {
        given(key, in: section)
            ?? note(SceneField(text: text, place: .builtIn, path: section.path(of: key)), key, section)
    }

    private mutating func given(_ key: String, in section: SceneSection) -> SceneField? {
        guard let node = section.node[key], case .text(let text) = node.content else { return nil }
        return note(SceneField(text: text, place: node.place, path: section.path(of: key)), key, section)
    }

    mutating func required(
        _ key: String, in section: SceneSection, example: String
    ) throws(SceneError) -> SceneField {
        if let field = given(key, in: section) { return field }
        throw section.error("missing key '\(key)'; add \(key): \(example)")
    }

    /// The values behind keys that the scene does not know.
    mutating func arguments(_ key: String, in section: SceneSection) -> [ParameterScene] {
        let inner = section.section(key)
        if inner.node.entries.isEmpty { unset.append(section.shownPath(of: key)) }
        return inner.node.entries.compactMap { entry in
            guard let field = given(entry.key, in: inner) else { return nil }
            return ParameterScene(name: entry.key, text: field.text, origin: field.place.origin)
        }
    }

    /// The elements of a list of values; none when the scene leaves it out.
    mutating func elements(_ key: String, in section: SceneSection) -> [SceneField] {
        if section.node[key] == nil { unset.append(section.shownPath(of: key)) }
        return (section.node[key]?.elements ?? []).enumerated().compactMap { index, node in
            guard case .text(let text) = node.content else { return nil }
            let field = SceneField(text: text, place: node.place, path: "\(section.path(of: key))[\(index)]")
            return note(field, "\(key)[\(index)]", section)
        }
    }

    private mutating func note(_ field: SceneField, _ key: String, _ section: SceneSection) -> SceneField {
        lines.append(
            ConfigurationLine(
                path: section.shownPath(of: key), value: field.text, origin: field.place.origin))
        return field
    }
}

/// One value of a scene as text, and its readings.
struct SceneField {
    let text: String
    let place: Place
    let path: String

    func error(_ message: String) -> SceneError { SceneError(message, at: place, path: path) }

    /// The field to blame when several contradict each other: this one, or the first of the others
    /// when it was not written at all.
    func blamed(with others: SceneField...) -> SceneField {
        place != .builtIn ? self : others.first { $0.place != .builtIn } ?? self
    }

    /// A whole number; `limit` says what the upper bound is.
    func number(in range: ClosedRange<Int>, _ limit: String = "") throws(SceneError) -> Int {
        guard text.drop(while: { $0 == "-" }).isDigits, let number = Int(text), range.contains(number) else {
            throw error(
                "\(quoted(text)) is no whole number from \(range.lowerBound) to \(range.upperBound)"
                    + (limit.isEmpty ? "" : ", \(limit)"))
        }
        return number
    }

    func seed() throws(SceneError) -> UInt64 {
        guard text.isDigits, let seed = UInt64(text) else {
            throw error("\(quoted(text)) is no whole number from 0 to \(UInt64.max)")
        }
        return seed
    }

    /// Nanoseconds of a duration up to a limit, by default the latest moment of a scene.
    /// - Parameter defaultUnit: of a number that has none; nil where it has to have one.
    func nanoseconds(
        upTo limit: UInt64 = Scene.longestNanoseconds, defaultUnit: String? = nil
    ) throws(SceneError) -> UInt64 {
        do {
            let nanoseconds = try EmulatedDuration(parsing: text, defaultUnit: defaultUnit).nanoseconds
            if nanoseconds <= limit { return nanoseconds }
        } catch let refusal {
            throw error(refusal.description)
        }
        throw error("\(quoted(text)) is more than \(EmulatedDuration(nanoseconds: limit))")
    }

    /// Pages of a size, rounded up to whole ones, within a number of pages.
    func pages(
        in range: ClosedRange<Int>, _ bounds: String, example: String
    ) throws(SceneError) -> Int {
        let size = try size()
        guard range.contains(size.pages) else {
            throw error("\(quoted(text)) is not a size \(bounds); write \(example)")
        }
        return size.pages
    }

    /// A size or an address.
    func size() throws(SceneError) -> MemorySize {
        do {
            return try MemorySize(reading: text)
        } catch let refusal {
            throw error(refusal.description)
        }
    }

    /// A share, 0 ... 1.
    func share() throws(SceneError) -> Double {
        do {
            return try PercentShare(parsing: text).share
        } catch let refusal {
            throw error(refusal.description)
        }
    }

    func yesOrNo() throws(SceneError) -> Bool {
        guard text == "yes" || text == "no" else {
            throw error("\(quoted(text)) is neither yes nor no")
        }
        return text == "yes"
    }

    /// A text that is not empty.
    func nonEmpty(_ what: String) throws(SceneError) -> String {
        guard !text.isEmpty else { throw error("the text is empty; write \(what)") }
        return text
    }
}
