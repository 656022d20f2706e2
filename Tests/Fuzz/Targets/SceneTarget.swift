import Scenes

extension FuzzTarget {
    /// A scene file and, each behind a NUL, which a scene cannot hold, overrides `PATH=VALUE`.
    static let scene = FuzzTarget("scene") { bytes in
        let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        let overrides = parts.dropFirst().map { setting(String(decoding: $0, as: UTF8.self)) }
        let scene: Scene
        do {
            scene = try Scene(parsing: parts[0], overrides: overrides)
        } catch let error as SceneError {
            try checkRefusal(error.description)
            return
        }
        let lines = scene.configurationLines()
        for pair in zip(scene.events, scene.events.dropFirst()) {
            try promise(pair.0.nanoseconds <= pair.1.nanoseconds, "events out of order")
        }
        // Every line is a setting as well; the file's own settings again change nothing.
        guard lines.count <= repeatedLines, scene.events.count <= repeatedEvents else { return }
        let again = try Scene(
            parsing: parts[0], overrides: overrides + lines.map { (path: $0.path, value: $0.value) })
        try promise(again == scene, "the scene by its own settings is another")
    }

    /// Larger scenes are not read a second time: a fuzzer lives on many short runs.
    private static let repeatedLines = 200
    private static let repeatedEvents = 1000

    /// Splits PATH=VALUE; without `=` the value is empty.
    private static func setting(_ text: String) -> (path: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        return (parts[0], parts.count == 2 ? parts[1] : "")
    }
}
