import Glibc
import PluginInspection

/// The plugins of a run in this process, each loaded once.
///
/// They are never unloaded: code of theirs may still be referenced, and the process ends soon.
struct LoadedPlugins {
    private var handles: [Int32: UnsafeMutableRawPointer] = [:]

    /// A function of the copy that was inspected, whatever the path names by now.
    mutating func function(
        _ entry: PluginManifest.EntryPoint, of file: PluginFile, path: String
    ) throws(PluginRun.Failure) -> ForeignFunction {
        let descriptor = file.fileDescriptor
        let known = handles[descriptor]
        guard let handle = known ?? dlopen("/proc/self/fd/\(descriptor)", RTLD_NOW | RTLD_LOCAL) else {
            throw .refused("\(path): the dynamic loader refuses it: \(Self.lastError())")
        }
        handles[descriptor] = handle
        guard let address = dlsym(handle, entry.symbol) else {
            throw .refused("\(path): no symbol '\(entry.symbol)': \(Self.lastError())")
        }
        do {
            return try ForeignFunction(address: address, signature: entry.signature)
        } catch {
            throw .refused("\(path): \(error)")
        }
    }

    /// Refuses a plugin that lacks a symbol while none of its code has run: the dynamic loader would find that out
    /// after it has called resolvers of the plugin (`STT_GNU_IFUNC`). Left to the loader where a library that the
    /// plugin needs is not loaded yet.
    ///
    /// Corresponds to dlsym(3) with `RTLD_DEFAULT`.
    static func checkSymbols(of file: PluginFile, path: String) throws(PluginRun.Failure) {
        let libraries = file.inspected.neededLibraries.map { dlopen($0, RTLD_LAZY | RTLD_NOLOAD) }
        defer { for case let library? in libraries { dlclose(library) } }
        let scopes = libraries.compactMap(\.self)
        guard scopes.count == libraries.count else { return }
        for symbol in file.inspected.undefinedSymbols {
            _ = dlerror()
            guard dlsym(nil, symbol) == nil, dlerror() != nil else { continue }
            guard !scopes.contains(where: { dlsym($0, symbol) != nil }) else { continue }
            throw .refused("\(path): the dynamic loader refuses it: undefined symbol: \(symbol)")
        }
    }

    /// The dynamic loader's reason, without the descriptor that it takes for the file's name.
    private static func lastError() -> String {
        let text = dlerror().map { String(cString: $0) } ?? "no reason given"
        guard text.hasPrefix("/proc/self/fd/"), let colon = text.firstIndex(of: ":") else { return text }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }
}
