import Reporting
import Scenes
import Sweeps
import TextSupport

/// The scene of a sweep: that of the grid, or one that is made for the grid's plugins.
struct SweepSubject {
    /// The scene's file, from the root; nil for plugins without one.
    let path: String?
    let text: String
    private let template: SceneTemplate
    /// The scene's file as messages call it; empty for plugins without one.
    private let file: String
    /// Where the scene of plugins without one comes from.
    private let source: SceneInput.WrittenScene?

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
            source = nil
            template = try SceneInput.template(of: bytes, path: file)
        case .plugins(let values):
            let devices = try Self.devices(of: values, place: place)
            let scene = try Self.scene(of: devices, summary: grid.summary, grid: path, place: place)
            bytes = Array(scene.utf8)
            self.path = nil
            file = ""
            var source = SceneInput.WrittenScene(name: path)
            for (name, plugin) in devices { source.places["\(name).plugin"] = place(plugin) }
            self.source = source
            template = try SceneInput.template(of: bytes, path: file, source: source)
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The scene that a plan holds.
    ///
    /// - Parameter plan: the plan's file.
    init(_ header: PlanHeader, of plan: String) throws(CommandFailure) {
        path = header.scenePath
        file = header.scenePath ?? ""
        source = header.scenePath == nil ? SceneInput.WrittenScene(name: plan) : nil
        text = header.scene
        template = try SceneInput.template(of: Array(text.utf8), path: file, source: source)
    }

    /// Plugins with the names of their devices, those of their files.
    private static func devices(
        of plugins: [GridValue], place: (GridValue) -> String
    ) throws(CommandFailure) -> [(name: String, plugin: GridValue)] {
        var devices: [(name: String, plugin: GridValue)] = []
        for plugin in plugins {
            let file = plugin.text.split(separator: "/").last.map(String.init) ?? plugin.text
            let name = file.hasSuffix(".so") ? String(file.dropLast(3)) : file
            guard Self.isDeviceName(name), !devices.contains(where: { $0.name == name }) else {
                throw CommandFailure(
                    .badInput,
                    "\(place(plugin)): plugins: \(Human.printable(plugin.text)) gives no name of its own to a device; "
                        + "write a scene that names its devices")
            }
            devices.append((name, plugin))
        }
        return devices
    }

    /// Plugins as the devices of a scene.
    private static func scene(
        of devices: [(name: String, plugin: GridValue)], summary: String, grid: String,
        place: (GridValue) -> String
    ) throws(CommandFailure) -> String {
        var lines = ["summary: \(quotedText(summary))", "devices:"]
        for (name, plugin) in devices {
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
        try SceneInput(template, path: file, given: given, source: source)
    }
}
