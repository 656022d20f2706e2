import Reporting
import Scenes
import Sweeps

/// The scene of a sweep: that of the grid, or one that is made for the grid's plugins.
struct SweepSubject {
    /// The scene's file, from the root; nil for plugins without one.
    let path: String?
    let text: String
    private let template: SceneTemplate
    /// The scene's file as messages call it.
    private let file: String

    /// - Parameters:
    ///   - grid: the grid's file.
    ///   - place: gives the place of something in it.
    init(_ grid: Grid, of path: String, place: (GridValue) -> String) throws(CommandFailure) {
        let bytes: [UInt8]
        switch grid.subject {
        case .scene(let value):
            file = SceneInput.file(value.text, beside: path)
            do {
                bytes = try InputFile.read(file, as: .scene, named: .inFile)
            } catch {
                throw CommandFailure(error.status, "\(place(value)): scene: \(error)")
            }
            self.path = Terminal.absolute(file)
            template = try SceneInput.template(of: bytes, path: file)
        case .plugins(let values):
            bytes = Array(try Self.scene(of: values, summary: grid.summary, grid: path, place: place).utf8)
            self.path = nil
            file = ""
            template = try SceneInput.template(of: bytes, path: "plugins")
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The scene that a plan holds.
    init(_ header: PlanHeader) throws(CommandFailure) {
        path = header.scenePath
        file = header.scenePath ?? ""
        text = header.scene
        template = try SceneInput.template(of: Array(text.utf8), path: path ?? "plugins")
    }

    /// Plugins as the devices of a scene, each called after its file.
    private static func scene(
        of plugins: [GridValue], summary: String, grid: String, place: (GridValue) -> String
    ) throws(CommandFailure) -> String {
        var lines = ["summary: \(quotedText(summary))", "devices:"]
        var names: [String] = []
        for plugin in plugins {
            let file = plugin.text.split(separator: "/").last.map(String.init) ?? plugin.text
            let name = file.hasSuffix(".so") ? String(file.dropLast(3)) : file
            guard Self.isDeviceName(name), !names.contains(name) else {
                throw CommandFailure(
                    .badInput,
                    "\(place(plugin)): plugins: \(Human.printable(plugin.text)) gives no name of its own to a device; "
                        + "write a scene that names its devices")
            }
            names.append(name)
            let found: String
            do {
                found = try PluginSearch.resolve(SceneInput.file(plugin.text, beside: grid))
            } catch {
                throw CommandFailure(error.status, "\(place(plugin)): plugins: \(error)")
            }
            // A name stays one, so that a plan does not depend on where devemu is.
            let written =
                plugin.text.contains("/") || found == plugin.text ? Terminal.absolute(found) : plugin.text
            lines.append("  - {name: \(quotedText(name)), plugin: \(quotedText(written))}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func isDeviceName(_ name: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return name.utf8.first.map(letters.contains) ?? false
            && name.utf8.allSatisfy {
                letters.contains($0) || (48...57).contains($0) || "_-".utf8.contains($0)
            }
            && name.utf8.count <= 32
    }

    /// Text as YAML and JSON have it in quotes.
    private static func quotedText(_ text: String) -> String {
        (try? JSONText.line(text)).map { String(decoding: $0.dropLast(), as: UTF8.self) } ?? "\"\""
    }

    /// A scene of the sweep.
    /// - Parameter given: values in place of the scene's.
    func input(given: [GivenSetting]) throws(CommandFailure) -> SceneInput {
        try SceneInput(template, path: file, given: given)
    }
}
