import Glibc
import PluginManifests

/// Where `devemu run camera.so` finds camera.so.
enum PluginSearch {
    /// The plugin's path: the name itself when it is a path or a file here, else the first of the
    /// folders in DEVEMU_PLUGIN_PATH, the folder of the devemu binary, and its `plugins` folder that
    /// has the name, or `lib` before it as SwiftPM builds a product.
    static func resolve(_ name: String) throws(CommandFailure) -> String {
        if exists(name) { return name }
        guard !name.contains("/") else { throw CommandFailure(.noInput, "\(name): no such file") }
        let folders = folders()
        if let found = first(name, in: folders) { return found }
        let near = Spelling.nearest(to: name, among: plugins(in: ["."] + folders))
        let whole = exists(name + ".so") || first(name + ".so", in: folders) != nil ? name + ".so" : near
        let hint = whole.map { "; did you mean \($0)?" } ?? ""
        throw CommandFailure(
            .noInput, "\(name): no such plugin here, nor in \(folders.joined(separator: ", "))\(hint)")
    }

    private static func first(_ name: String, in folders: [String]) -> String? {
        folders.lazy.flatMap { ["\($0)/\(name)", "\($0)/lib\(name)"] }.first(where: exists)
    }

    /// Names that would be found in the folders, in alphabetical order.
    private static func plugins(in folders: [String]) -> [String] {
        var names: Set<String> = []
        for folder in folders {
            guard let directory = opendir(folder) else { continue }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name.hasSuffix(".so") else { continue }
                names.insert(name.hasPrefix("lib") && folder != "." ? String(name.dropFirst(3)) : name)
            }
        }
        return names.sorted()
    }

    private static func folders() -> [String] {
        var folders = (Terminal.environment("DEVEMU_PLUGIN_PATH") ?? "").split(separator: ":").map(
            String.init)
        if let binary = realpath("/proc/self/exe", nil) {
            let path = String(cString: binary)
            free(binary)
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            folders += [folder, folder + "/plugins"]
        }
        return folders
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
}
