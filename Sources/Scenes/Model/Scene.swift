/// A machine, the devices on it and what they do when: one scene file, checked, with every default
/// filled in.
public struct Scene: Sendable {
    /// Most characters of the name of an area or a parameter, and of a summary.
    static let longestName = 64
    static let longestSummary = 200
    /// Latest moment that a scene can name, and most events after repetition.
    static let longestNanoseconds: UInt64 = 1_000_000_000_000_000
    public static let eventLimit = 1_000_000

    /// What the scene shows, one line.
    public let summary: String
    /// Seed of every random choice; nil when the scene leaves it to the command line.
    public let seed: UInt64?
    public let machine: MachineScene
    public let background: BackgroundScene
    /// Every instance of every device, in the file's order; 1 or more.
    public let devices: [DeviceScene]
    /// By time, then by the priority of the device, then in the file's order. Devices without an
    /// event are up to whoever runs the scene.
    public let events: [EventScene]
    /// The run goes on at least until then, ns from its start.
    public let durationNanoseconds: UInt64?

    /// Nil when the scene says nothing about host calls.
    public let instrument: InstrumentScene?

    let lines: [ConfigurationLine]
    /// The keys that have neither a value nor a default, by the paths that set them as overrides, in a fixed
    /// order.
    public let unsetKeys: [String]

    /// Reads a scene file of at most 1 MiB, then the overrides in their order: later ones win.
    ///
    /// - Parameter overrides: paths such as `machine.pins`, `machine.areas[0].size`, `events[2].t`
    ///   (elements as the file has them, from 0), `camera.count`, and `camera.width` or
    ///   `camera.params.width` for a device's parameter; the parameters that are called like a key of
    ///   a device need the long form. Devices go by the names in the file.
    /// - Throws: the first thing that is wrong, with its place.
    public init(parsing bytes: [UInt8], overrides: [(path: String, value: String)]) throws(SceneError) {
        try self.init(SceneTemplate(parsing: bytes), overrides: overrides)
    }

    /// The scene of a file that was read before, with overrides as above.
    public init(
        _ template: SceneTemplate, overrides: [(path: String, value: String)]
    ) throws(SceneError) {
        try self.init(root: template.root(with: overrides))
    }

    /// The scene of a tree whose keys all exist.
    init(root: SceneNode) throws(SceneError) {
        var reader = SceneReader()
        let top = SceneSection(root)
        let line = try reader.required("summary", in: top, example: "what it shows")
        guard !line.text.isEmpty, line.text.count <= Self.longestSummary else {
            throw line.error("a summary is one line of 1 to \(Self.longestSummary) characters")
        }
        summary = line.text
        seed = try reader.optional("seed", in: top)?.seed()
        machine = try MachineScene(top.section("machine"), &reader)
        background = try BackgroundScene(top.section("background"), machine: machine, &reader)
        let groups = try DeviceGroup.read(top, machine: machine, &reader)
        devices = groups.flatMap(\.instances)
        events = try EventScene.read(top, groups: groups, &reader)
        durationNanoseconds = try reader.optional("duration", in: top)?.nanoseconds()
        instrument =
            root["instrument"] == nil
            ? nil : try InstrumentScene(top.section("instrument"), &reader)
        lines = reader.lines
        let unusedInstrument =
            instrument == nil ? SceneKey.keys(of: SceneKey(path: "instrument")).map(\.path) : []
        unsetKeys = reader.unset + (events.isEmpty ? ["events"] : []) + unusedInstrument
    }

    /// Every value of the scene with the path that sets it as an override, and where it comes from,
    /// in a fixed order. What has no value, such as a strategy that the file does not name, has no line.
    public func configurationLines() -> [(path: String, value: String, origin: Origin)] {
        lines.map { ($0.path, $0.value, $0.origin) }
    }
}

/// Scenes are equal when they say the same, wherever they say it.
extension Scene: Equatable {
    public static func == (left: Scene, right: Scene) -> Bool {
        left.summary == right.summary && left.seed == right.seed && left.machine == right.machine
            && left.background == right.background && left.devices == right.devices
            && left.events == right.events && left.durationNanoseconds == right.durationNanoseconds
            && left.instrument == right.instrument
    }
}

/// A value for a parameter of a plugin, or an argument of an operation, as text.
public struct ParameterScene: Sendable {
    public let name: String
    public let text: String
    public let origin: Origin
}

/// Equal wherever they come from.
extension ParameterScene: Equatable {
    public static func == (left: ParameterScene, right: ParameterScene) -> Bool {
        left.name == right.name && left.text == right.text
    }
}
