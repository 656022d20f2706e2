internal import PluginInspection
public import Scenes
public import TextSupport

/// What is said of the keys of a scene; its forms are the answer of `devemu help scene`, the page and the manual
/// page of the reference, and a JSON Schema for editors.
public enum SceneReference {
    /// What may stand after a key, with unit and bounds: `whole number, 1 to 256`.
    static func type(of key: SceneKey) -> String {
        let kind =
            switch key.kind {
            case .text: "text"
            case .file: "file"
            case .whole: key.unit.map { "whole number (\($0))" } ?? "whole number"
            case .size: key.unit.map { "size (\($0))" } ?? "size"
            case .duration: "duration"
            case .share: "share"
            case .yesOrNo: "yes or no"
            case .choice(let words): words.joined(separator: ", ")
            case .mapping: "keys"
            case .list: "list"
            case .texts: "list of texts"
            case .arguments: "names with values"
            }
        guard let bounds = key.bounds else { return kind }
        let range: String
        switch (bounds.lower, bounds.upper ?? bounds.limit) {
        case (let lower?, let upper?): range = "\(lower) to \(upper)"
        case (let lower?, nil): range = "at least \(lower)"
        case (nil, let upper?): range = "at most \(upper)"
        case (nil, nil): return kind
        }
        return "\(kind), \(range)" + (key.kind == .text ? " characters" : "")
    }

    /// Whether a key has to be there, or what holds without it.
    static func presence(of key: SceneKey) -> String {
        key.isRequired ? "required" : key.defaultValue.map { "default \($0)" } ?? "no default"
    }

    /// What the types of values look like; the same sentences in each form.
    static let types: [(name: String, text: String)] = [
        ("size", "Bytes, with K, M, G or T for powers of 1024: 4096, 64M, 1.5GiB, 0x40000000."),
        ("duration", "A number with ns, us, ms, s or min: 500ms, 1.5s."),
        ("share", "Per cent: 80 or 80%."),
        ("file", "A path; a name without a folder is looked for beside the scene first."),
    ]

    static let introduction =
        "A scene is a YAML file of at most 1 MiB: a machine, the devices on it, and what they do when. Every key that "
        + "a scene can have is below; any other is refused. Options of the command line and --set replace values, by the "
        + "same paths with positions in the brackets: machine.areas[0].size=64M. A device goes by its name: "
        + "camera.count=2, camera.width=640."

    /// What a key without a value could have, in a few words, for a list of them.
    ///
    /// - Parameter path: as an override has it, where a device goes by its name.
    public static func summary(of path: String) -> String {
        let name = path.split(separator: ".").dropFirst().joined(separator: ".")
        let key = SceneKey(path: path) ?? SceneKey(path: "devices[].\(name)")
        return key.map { "not set: \(type(of: $0))" } ?? "not set"
    }

    // MARK: Text

    /// Every key, or those that a person names, lines of at most 80 characters.
    public static func text(_ keys: [SceneKey], style: TextStyle) -> String {
        keys.map { key in
            let meaning = Human.wrapped(key.meaning, to: 76).split(separator: "\n").map { "    \($0)\n" }
                .joined()
            let facts = Human.wrapped("\(type(of: key)); \(presence(of: key))", to: 76)
                .split(separator: "\n").map { "    \($0)\n" }.joined()
            return style.paint(key.path, .bold) + "\n" + style.paint(facts, .dim) + meaning
                + "    Example: \(key.name): \(key.example)\n"
        }.joined(separator: "\n")
    }

    /// What a person means by a name: the key with that path or that last part, and all that are under it; none
    /// where no key is called so.
    public static func keys(named name: String) -> [SceneKey] {
        let exact = SceneKey(path: name).map { [$0] } ?? SceneKey.all.filter { $0.name == name }
        return SceneKey.all.filter { key in
            exact.contains {
                key == $0 || key.path.hasPrefix($0.path + ".") || key.path.hasPrefix($0.path + "[].")
            }
        }
    }

    /// A name near to one that no key has; nil when none is near.
    public static func nearest(to name: String) -> String? {
        Spelling.nearest(to: name, among: SceneKey.all.map(\.path) + SceneKey.all.map(\.name))
    }

    // MARK: Page

    /// The page of the documentation, in Markdown.
    public static var page: String {
        var text = """
            # Scene reference

            Every key of a scene: what may stand there, what it means, and what holds without it.

            ## Overview

            \(Human.wrapped(introduction.replacing("--set", with: "`--set`"), to: 120))

            `devemu help scene KEY` explains keys at the prompt, `devemu run SCENE --print-config` shows the value of each in a
            scene and where it comes from, and `devemu help scene --format json-schema` writes a JSON Schema by which editors complete
            and check scenes. `make install` installs the manual page devemu-scene(5).


            """
        for (name, meaning) in types { text += "- \(name): \(meaning)\n" }
        for group in groups {
            text += "\n## \(group.title)\n\n\(group.meaning)\n\n"
            text += "| key | value | without it | meaning | since |\n| --- | --- | --- | --- | --- |\n"
            for key in group.keys {
                let presence =
                    key.isRequired ? "required" : key.defaultValue.map { "`\($0)`" } ?? "-"
                text +=
                    "| `\(key.path)` | \(type(of: key)) | \(presence) | \(key.meaning) For example `\(key.example)`. | "
                    + "\(key.since) |\n"
            }
        }
        return text
    }

    /// The keys by what they belong to; those of the root first.
    static var groups: [(title: String, meaning: String, keys: [SceneKey])] {
        let top = SceneKey.keys(of: nil)
        let parents = SceneKey.all.filter { $0.kind == .mapping || $0.kind == .list }
        return [("The scene", "Keys of the file itself.", top)]
            + parents.map { parent in
                let title =
                    parent.kind == .list ? "Elements of \(parent.path)" : "Keys of \(parent.path)"
                return (title, parent.meaning, SceneKey.keys(of: parent))
            }
    }

    // MARK: Manual page

    /// The manual page devemu-scene(5), in the macros of man(7).
    ///
    /// - Parameter version: as `devemu --version` says it.
    public static func manualPage(version: String) -> String {
        var text = """
            .TH DEVEMU-SCENE 5 "" "\(roff(version))" "File formats"
            .SH NAME
            devemu-scene \\- a machine, its devices and what they do when
            .SH DESCRIPTION
            \(roff(introduction))

            """
        for (name, meaning) in types { text += ".TP\n.B \(roff(name))\n\(roff(meaning))\n" }
        for group in groups {
            text += ".SH \(roff(group.title.uppercased()))\n\(roff(group.meaning))\n"
            for key in group.keys {
                text += """
                    .TP
                    .BR "\(roff(key.path))" " (\(roff(type(of: key))); \(roff(presence(of: key))); since \(roff(key.since)))"
                    \(roff(key.meaning))
                    Example:
                    .B "\(roff("\(key.name): \(key.example)"))"

                    """
            }
        }
        return text + ".SH SEE ALSO\n.BR devemu (1),\n.BR devemu.run (1),\n.BR devemu.check (1)\n"
    }

    /// Text in which roff sees no requests and no escapes.
    private static func roff(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\e").replacing("\"", with: "\\(dq").replacing(
            "-", with: "\\-"
        )
        .replacing("'", with: "\\(aq")
        return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }
}
