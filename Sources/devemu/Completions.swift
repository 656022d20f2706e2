import AllocationStrategies
import ArgumentParser
import PluginHost
import PluginInspection
import Scenes
import Sweeps

/// What a shell offers when the user presses TAB. Whatever cannot be read is not offered; nothing here
/// ever complains.
enum Completions {
    /// Scenes and workloads, for `run` and `compare`.
    static var runnable: CompletionKind {
        .custom { words, index, prefix in
            if let value = SettingCompletion.valueInBash(words, index, prefix) { return value }
            return plugins(.workload, prefix) + files(prefix, besides: [".yaml", ".yml"])
        }
    }

    /// Plugins of any kind, for `plugin`.
    static var plugin: CompletionKind {
        .custom { _, _, prefix in plugins(nil, prefix) + files(prefix) }
    }

    static var scene: CompletionKind { .file(extensions: ["yaml", "yml"]) }

    static var ownStrategy: CompletionKind { .list(Strategy.all.map(\.name)) }

    /// devemu's own strategies, and plugins of that kind.
    static var strategy: CompletionKind { .custom { _, _, prefix in strategies(prefix) } }

    /// The same with commas between them.
    static var strategies: CompletionKind {
        .custom { _, _, prefix in
            let done = prefix.lastIndex(of: ",").map { prefix[...$0] } ?? ""
            let rest = String(prefix.dropFirst(done.count))
            let all = done.isEmpty && "all".hasPrefix(rest) ? ["all"] : []
            return (strategies(rest) + all).map { done + $0 }
        }
    }

    /// Parameters of the plugins, or of the devices of the scene, on the command line.
    static var setting: CompletionKind {
        .custom { words, index, prefix in SettingCompletion(words, before: index).list(prefix) }
    }

    private static func strategies(_ prefix: String) -> [String] {
        (Strategy.all.map(\.name) + [Grid.asAsked]).filter { $0.hasPrefix(prefix) }
            + plugins(.strategy, prefix)
            + (prefix.contains("/") ? files(prefix) : [])
    }

    /// Folders and files; shared objects only where their folder is given, the others have names.
    private static func files(_ prefix: String, besides endings: [String] = []) -> [String] {
        CompletedFiles.list(prefix, endings: endings + (prefix.contains("/") ? [".so"] : []))
    }

    /// Names on the search path.
    private static func plugins(_ kind: PluginManifest.Kind?, _ prefix: String) -> [String] {
        PluginSearch.all().filter { name, path in
            guard name.hasPrefix(prefix), let manifest = manifest(path) else { return false }
            return kind == nil || manifest.kind == kind
        }.map(\.name)
    }

    static func manifest(_ path: String) -> PluginManifest? {
        (try? PluginFile.open(path: path, hostABI: HostABI.revisions))?.inspected.manifest
    }
}
