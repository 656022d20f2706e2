import ArgumentParser
import PluginInspection
import Reporting
import Scenes
import TextSupport

/// `devemu help scene`. It is not among the subcommands, because the parser's own `help` explains those.
struct SceneHelpCommand: ParsableCommand {
    /// The words that name it.
    static let words = ["help", "scene"]

    static let configuration = CommandConfiguration(
        commandName: "devemu help scene",
        abstract: "Explain the keys of a scene.",
        discussion: """
            Lists every key that a scene can have, with type, bounds and default; 'devemu help scene machine' and \
            'devemu help scene cpus' explain some of them. As a JSON Schema the list lets editors complete and check \
            scenes as they are written.
            """)

    @Argument(
        help: ArgumentHelp("A key with all that are under it, by its path or its name.", valueName: "key"))
    var keys: [String] = []

    @Option(help: "How to write the keys: text, json-schema, markdown or man, which is devemu-scene(5).")
    var format = SceneHelpFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
        guard keys.isEmpty || format == .text else {
            throw CommandFailure(
                .usage, "--format \(format.rawValue) is of all keys; leave \(keys.joined(separator: " ")) out"
            )
        }
        switch format {
        case .jsonSchema: try Terminal.write(JSONText.encode(SceneJSONSchema()))
        case .markdown: try Terminal.write(SceneReference.page)
        case .man: try Terminal.write(SceneReference.manualPage(version: Devemu.version))
        case .text:
            let chosen = keys.isEmpty ? SceneKey.all : try keys.flatMap(Self.keys)
            try Terminal.write(SceneReference.text(chosen, style: color.style))
        }
    }

    private static func keys(named name: String) throws(CommandFailure) -> [SceneKey] {
        let found = SceneReference.keys(named: name)
        guard found.isEmpty else { return found }
        let near = SceneReference.nearest(to: name)
        throw CommandFailure(
            .usage,
            "a scene has no key \(quoted(name))"
                + (near.map { "; did you mean \($0)?" } ?? "; 'devemu help scene' lists them"))
    }
}

/// How `devemu help scene` writes the keys.
enum SceneHelpFormat: String, ExpressibleByArgument, CaseIterable {
    case text, markdown, man
    case jsonSchema = "json-schema"
}
