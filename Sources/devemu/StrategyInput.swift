import AllocationStrategies
import PluginHost
import PluginManifests

/// A strategy as the command line names it: one of devemu's own, or the file of a plugin.
struct StrategyInput {
    /// What tables call it.
    let name: String
    let known: Strategy?
    /// Path of the plugin, when it is one.
    let path: String?

    /// As an instance of a plugin takes it.
    var source: PluginRun.StrategySource? {
        known.map { .known($0) } ?? path.map { .plugin(path: $0) }
    }

    /// A text with a slash or an ending `.so` is a file, everything else a name of the table.
    init(parsing text: String) throws(CommandFailure) {
        if text.contains("/") || text.hasSuffix(".so") {
            let path = try PluginSearch.resolve(text)
            name = text.split(separator: "/").last.map(String.init) ?? text
            known = nil
            self.path = path
            return
        }
        guard let strategy = Strategy.named(text) else {
            let near = Spelling.nearest(to: text, among: Strategy.all.map(\.name))
            throw CommandFailure(
                .usage,
                "no strategy '\(text)'; " + (near.map { "did you mean \($0)?" } ?? "see 'devemu strategies'"))
        }
        name = strategy.name
        known = strategy
        path = nil
    }
}
