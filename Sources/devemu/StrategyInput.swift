import AllocationStrategies
import PhysicalMemory
import PluginHost
import Sweeps
import TextSupport

/// A strategy as the command line names it: one of devemu's own, the file of a plugin, or what each driver
/// does by itself.
struct StrategyInput {
    /// What tables call it.
    let name: String
    /// Nil for a plugin, and as asked.
    let known: Strategy?
    /// Path of the plugin, when it is one.
    let path: String?

    /// Every driver gathers as it does by itself.
    static let asAsked = StrategyInput(name: Grid.asAsked, known: nil, path: nil)

    var isAsAsked: Bool { known == nil && path == nil }

    /// As an instance of a plugin takes it.
    var source: PluginRun.StrategySource? {
        known.map { .known($0) } ?? path.map { .plugin(path: $0) }
    }

    /// A text with a slash or an ending `.so` is a file, one with a `+` a mode with changes, everything
    /// else `as-asked` or a name of the table.
    init(parsing text: String) throws(CommandFailure) {
        guard text != Grid.asAsked else {
            self = .asAsked
            return
        }
        if text.contains("/") || text.hasSuffix(".so") {
            let path = try PluginSearch.resolve(text)
            self.init(name: text.split(separator: "/").last.map(String.init) ?? text, known: nil, path: path)
            return
        }
        if text.contains("+"), let mode = AllocationMode(parsing: text) {
            self.init(.chunkByChunk(mode, name: text))
            return
        }
        guard let strategy = Strategy.named(text) else {
            guard !text.contains("+") else {
                let words = AllocationMode.knobWords.map(\.word).joined(separator: ", ")
                throw CommandFailure(
                    .usage,
                    "'\(text)' is no mode with changes: write a mode such as normal, then + and one of \(words)"
                )
            }
            let near = Spelling.nearest(to: text, among: Strategy.all.map(\.name) + [Grid.asAsked])
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
