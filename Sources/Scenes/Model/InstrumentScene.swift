/// What a scene says about the calls that its plugins make of the host.
public struct InstrumentScene: Sendable {
    /// A rule by which calls go wrong, as the scene writes it.
    public struct Rule: Sendable {
        public let text: String
        public let origin: Origin
    }

    /// Whether calls are counted and timed even when none is to go wrong.
    public let hostCalls: Bool
    /// In the order of the file. Who runs the scene reads them.
    public let rules: [Rule]

    init(_ section: SceneSection, _ reader: inout SceneReader) throws(SceneError) {
        hostCalls = try reader.value("host_calls", in: section).yesOrNo()
        rules = reader.elements("inject", in: section).map { Rule(text: $0.text, origin: $0.place.origin) }
    }
}

/// Equal wherever the rules come from.
extension InstrumentScene: Equatable {
    public static func == (left: InstrumentScene, right: InstrumentScene) -> Bool {
        left.hostCalls == right.hostCalls && left.rules.map(\.text) == right.rules.map(\.text)
    }
}
