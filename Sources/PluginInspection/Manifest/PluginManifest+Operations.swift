/// The entry points of a workload as a scene calls them.
extension PluginManifest {
    /// What the plugin is called in the names of its symbols: the last part of its id, with `_` for `-`.
    private static func symbolPrefix(_ id: String) -> String {
        let name = id.split(separator: ".").last ?? ""
        return String(name.map { $0 == "-" ? "_" : $0 }) + "_"
    }

    /// The operation that an entry is: its symbol without the plugin's name in front, or the whole symbol
    /// where it does not begin with that.
    public func operationName(of entry: EntryPoint) -> String { Self.operationName(of: entry, id: id) }

    static func operationName(of entry: EntryPoint, id: String) -> String {
        let prefix = symbolPrefix(id)
        return entry.symbol.hasPrefix(prefix) && entry.symbol.utf8.count > prefix.utf8.count
            ? String(entry.symbol.dropFirst(prefix.count)) : entry.symbol
    }

    /// The entry of that operation; of several with one name the first.
    public func entry(ofOperation name: String) -> EntryPoint? {
        entries.first { operationName(of: $0) == name }
    }
}
