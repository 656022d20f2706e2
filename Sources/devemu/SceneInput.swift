import Emulation
import PhysicalMemory
import Scenes
import TextSupport

/// A scene file with everything that replaces its values.
struct SceneInput {
    /// As the command line names it.
    let path: String
    let scene: Scene
    private let given: [GivenSetting]
    private let places: [String: Origin]
    /// Where the scene comes from, when devemu wrote it.
    private let source: WrittenScene?

    /// Where a scene comes from that devemu wrote by itself: no file has its lines, so messages name this instead.
    struct WrittenScene {
        /// What it was written for, as messages call it: `grid.yaml`.
        let name: String
        /// Places of those values that were taken from there, by their paths: `camera.plugin` at `grid.yaml:2:11`.
        var places: [String: String] = [:]
    }

    /// - Parameter given: in the order in which they replace each other, the last wins.
    init(reading path: String, given: [GivenSetting]) throws(CommandFailure) {
        try self.init(InputFile.read(path, as: .scene), path: path, given: given)
    }

    /// A scene file of which everything that is wrong is told.
    ///
    /// - Returns: the scene without what is wrong, nil where too little is left, and the problems in the order of the
    ///   file.
    static func checked(
        _ path: String, given: [GivenSetting]
    ) throws(CommandFailure) -> (input: SceneInput?, problems: [CommandFailure]) {
        let bytes = try InputFile.read(path, as: .scene)
        let check = SceneCheck(parsing: bytes, overrides: given.map { ($0.path, $0.value) })
        let input = check.scene.map { SceneInput(scene: $0, path: path, given: given) }
        return (input, check.problems.map { failure($0, path: path, given: given) })
    }

    /// The scene whose machine plugins have that are run without one.
    static func builtIn(given: [GivenSetting]) throws(CommandFailure) -> SceneInput {
        let text = "summary: plugins\ndevices: [{name: plugin, plugin: plugin.so}]\n"
        return try SceneInput(Array(text.utf8), path: "", given: given)
    }

    private init(_ bytes: [UInt8], path: String, given: [GivenSetting]) throws(CommandFailure) {
        try self.init(Self.template(of: bytes, path: path), path: path, given: given)
    }

    /// What is the same in every scene of a file, or of a text that is no file and has a source.
    static func template(
        of bytes: [UInt8], path: String, source: WrittenScene? = nil
    ) throws(CommandFailure) -> SceneTemplate {
        do {
            return try SceneTemplate(parsing: bytes)
        } catch {
            throw failure(error, path: path, given: [], source: source)
        }
    }

    /// - Parameter source: of a scene that is no file.
    init(
        _ template: SceneTemplate, path: String, given: [GivenSetting], source: WrittenScene? = nil
    ) throws(CommandFailure) {
        let scene: Scene
        do {
            scene = try Scene(template, overrides: given.map { ($0.path, $0.value) })
        } catch {
            throw Self.failure(error, path: path, given: given, source: source)
        }
        self.init(scene: scene, path: path, given: given, source: source)
    }

    private init(scene: Scene, path: String, given: [GivenSetting], source: WrittenScene? = nil) {
        self.scene = scene
        self.path = path
        self.source = source
        self.given = given
        places = Dictionary(
            scene.configurationLines().map { ($0.path, $0.origin) }, uniquingKeysWith: { first, _ in first })
    }

    /// A mistake of the file has its place in front; a mistake of an option, the option.
    private static func failure(
        _ error: SceneError, path: String, given: [GivenSetting], source: WrittenScene? = nil
    ) -> CommandFailure {
        guard error.line == 0 else {
            let changes = given.filter { $0.keyPlace != nil }.map { "\($0.path)=\($0.value)" }
            let change = changes.isEmpty ? "" : " (with \(changes.joined(separator: ", ")))"
            let place = source?.name ?? "\(path):\(error.line):\(error.column)"
            return CommandFailure(.badInput, "\(place): \(error)\(change)")
        }
        for setting in given {
            let prefix = "override \(quoted("\(setting.path)=\(setting.value)")): "
            guard error.message.hasPrefix(prefix) else { continue }
            let text = error.message.dropFirst(prefix.count)
            guard let keyPlace = setting.keyPlace else {
                return CommandFailure(.usage, "\(setting.text): \(text)")
            }
            // What is wrong with a path has none in the scene.
            let place = error.path.isEmpty ? keyPlace : setting.source
            return CommandFailure(.badInput, "\(place): \(setting.path): \(text)")
        }
        return CommandFailure(.usage, error.message)
    }

    /// What the scene is called: its file, without folder and ending.
    var name: String {
        guard path != "-" else { return "scene" }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return Self.endings.first { file.hasSuffix($0) }.map { String(file.dropLast($0.count)) } ?? file
    }

    private static let endings = [".yaml", ".yml"]

    /// Whether an argument of the command line is a scene rather than a plugin.
    static func isScene(_ argument: String) -> Bool {
        argument == "-" || endings.contains { argument.hasSuffix($0) }
    }

    /// A file that the scene names: beside the scene, if it is there, else as it was written.
    func file(_ name: String) -> String { Self.file(name, beside: path) }

    /// A file that another one names: beside that, if it is there, else as it was written.
    static func file(_ name: String, beside path: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        let beside = "\(path[...slash])\(name)"
        return PluginSearch.exists(beside) ? beside : name
    }

    /// Where a value comes from, for messages and for `--print-config`.
    func place(of path: String) -> String { place(places[path] ?? .default, path) }

    /// Whether the scene, or what replaces its values, has one there.
    func hasValue(_ path: String) -> Bool { places[path].map { $0 != .default } ?? false }

    func place(_ origin: Origin, _ path: String) -> String {
        switch origin {
        case .default: return "default"
        case .file(let line, let column):
            guard let source else { return "\(self.path):\(line):\(column)" }
            return source.places[path] ?? source.name
        case .override:
            let short = path.split(separator: ".", omittingEmptySubsequences: false)
                .filter { $0 != "params" }.joined(separator: ".")
            return given.last { $0.path == path || $0.path == short }?.source ?? "--set"
        }
    }

    /// Where a grid gives a parameter or an argument its value; nil when none does.
    func place(ofGridValue value: String, for name: String) -> String? {
        given.last { $0.keyPlace != nil && $0.value == value && $0.path.hasSuffix(".\(name)") }?.source
    }

    /// The machine of the scene, without what its steps cost.
    /// - Parameter tree: of a scene that names one.
    func machine(of tree: DeviceTreeMachine?) throws(CommandFailure) -> MachineConfiguration {
        let wanted = scene.machine
        let areas = if let tree { tree.areas } else { try placedAreas() }
        var machine = MachineConfiguration(
            memoryPages: wanted.memoryPages, area: areas[0].geometry,
            seed: scene.seed ?? 1, start: .generated(fill: wanted.fill, pins: wanted.pins), forcedMode: nil)
        machine.areas = areas
        tree?.place(in: &machine)
        machine.cpus = wanted.cpus
        return machine
    }

    /// The scene's own areas, where they lie.
    private func placedAreas() throws(CommandFailure) -> [(name: String, geometry: AreaGeometry)] {
        let wanted = scene.machine
        let requests = wanted.areas.map {
            AreaLayout.Request(pages: $0.sizePages, base: $0.basePages, orderPerBit: $0.orderPerBit)
        }
        do throws(AreaLayout.Refusal) {
            let geometries = try AreaLayout.place(requests, memoryPages: wanted.memoryPages)
            return zip(wanted.areas, geometries).map { ($0.name, $1) }
        } catch {
            throw CommandFailure(.badInput, "\(place(of: "machine.areas[\(error.area)].size")): \(error)")
        }
    }
}
