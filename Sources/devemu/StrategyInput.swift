import AllocationStrategies
import PluginManifests

/// A strategy as the command line names it: one of devemu's own, or the file of a plugin.
struct StrategyInput {
    /// What tables call it.
    let name: String
    let known: Strategy?
    /// Path of the plugin, when it is one.
    let path: String?

    /// A text with a slash or an ending `.so` is a file, everything else a name of the table.
    init(parsing text: String) throws(CommandFailure) {
        if text.contains("/") || text.hasSuffix(".so") {
            let path = try PluginSearch.resolve(text)
            self.init(name: text.split(separator: "/").last.map(String.init) ?? text, known: nil, path: path)
            return
        }
        guard let strategy = Strategy.named(text) else {
            let near = Spelling.nearest(to: text, among: Strategy.all.map(\.name))
            throw CommandFailure(
                .usage,
                "no strategy '\(text)'; " + (near.map { "did you mean \($0)?" } ?? "see 'devemu strategies'"))
        }
        self.init(strategy)
    }

    /// One of devemu's own.
    init(_ strategy: Strategy) {
        self.init(name: strategy.name, known: strategy, path: nil)
    }

    private init(name: String, known: Strategy?, path: String?) {
        self.name = name
        self.known = known
        self.path = path
    }
}
