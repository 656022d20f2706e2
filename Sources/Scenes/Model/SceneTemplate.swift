/// A scene file that is read once, for any number of scenes that differ in their overrides.
public struct SceneTemplate: Sendable {
    private let root: SceneNode
    private let settings: SceneOverrides

    /// Reads a scene file of at most 1 MiB.
    /// - Throws: the first thing that is wrong with its form, or a key that does not exist; values are looked
    ///   at when a scene is made.
    public init(parsing bytes: [UInt8]) throws(SceneError) {
        var root = try SceneSyntax.parse(bytes)
        try SceneSchema.scene.check(root, path: "")
        MachineScene.addDefaultArea(to: &root)
        self.root = root
        settings = SceneOverrides(root: root)
    }

    func root(with overrides: [(path: String, value: String)]) throws(SceneError) -> SceneNode {
        var root = root
        for (path, value) in overrides { try settings.apply(path: path, value: value, to: &root) }
        return root
    }
}
