import Glibc
import TextSupport

/// Where `devemu run camera.so` finds camera.so.
enum PluginSearch {
    /// The plugin's path: the name itself when it is a path or a file here, else the first of the
    /// folders in DEVEMU_PLUGIN_PATH, the folder of the devemu binary, its `plugins` folder, and
    /// `../lib/devemu` beside a `bin`, that has the name, or one of `prefixes` before it.
    static func resolve(_ name: String) throws(CommandFailure) -> String {
        if exists(name) { return name }
        guard !name.contains("/") else { throw CommandFailure(.noInput, "\(name): no such file") }
        let folders = folders()
        if let found = first(name, in: folders) { return found }
        let near = Spelling.nearest(to: name, among: all().map(\.name))
        let whole = exists(name + ".so") || first(name + ".so", in: folders) != nil ? name + ".so" : near
        let hint = whole.map { "; did you mean \($0)?" } ?? ""
        throw CommandFailure(
            .noInput, "\(name): no such plugin here, nor in \(folders.joined(separator: ", "))\(hint)")
    }

    /// What SwiftPM puts before a product's name: before that of a shipped plugin, and of any other.
    private static let prefixes = ["libdevemu-", "lib"]

    private static func first(_ name: String, in folders: [String]) -> String? {
        folders.lazy.flatMap { folder in ([""] + prefixes.reversed()).map { "\(folder)/\($0)\(name)" } }
            .first(where: exists)
    }

    /// Every name that would be found, with the file that it stands for, in alphabetical order.
    static func all() -> [(name: String, path: String)] {
        var paths: [String: String] = [:]
        for folder in ["."] + folders() {
            for file in CompletedFiles.names(in: folder) where file.hasSuffix(".so") {
                let prefix = folder == "." ? nil : prefixes.first(where: file.hasPrefix)
                let name = String(file.dropFirst(prefix?.count ?? 0))
                // The first that has the name is the one that is found.
                if paths[name] == nil { paths[name] = folder == "." ? file : "\(folder)/\(file)" }
            }
        }
        return paths.map { ($0, $1) }.sorted { $0.name < $1.name }
    }

    private static func folders() -> [String] {
        let named = (Terminal.environment("DEVEMU_PLUGIN_PATH") ?? "").split(separator: ":")
        return named.map(String.init) + foldersOfBinary
    }

    private static let foldersOfBinary: [String] = {
        guard let binary = realpath("/proc/self/exe", nil) else { return [] }
        let path = String(cString: binary)
        free(binary)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        // `make install` puts them beside bin.
        let installed = folder.hasSuffix("/bin") ? ["\(folder.dropLast("bin".count))lib/devemu"] : []
        return [folder, folder + "/plugins"] + installed
    }()

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
