public import PluginInspection
public import TextSupport

/// What `devemu plugin list` shows; its JSON form is the schema `devemu.plugins/1`.
public struct PluginList: Encodable, Sendable {
    /// A shared object with the name that `devemu run` knows it by.
    public struct Item: Encodable, Sendable {
        /// What `devemu run` calls it.
        public var name: String
        public var path: String
        /// `workload` or `strategy`; nil for one that is refused, as are the next three.
        public var kind: String?
        public var id: String?
        public var version: String?
        public var summary: String?
        /// Why it cannot run; nil for one that can.
        public var refusal: String?

        /// A plugin that can run.
        public init(name: String, _ plugin: InspectedPlugin) {
            self.name = name
            path = plugin.name
            kind = plugin.manifest.kind.rawValue
            id = plugin.manifest.id
            version = plugin.manifest.version
            summary = plugin.manifest.summary
        }

        /// A file that is refused.
        public init(name: String, path: String, refusal: String) {
            self.name = name
            self.path = path
            self.refusal = refusal
        }
    }

    public var schema = "devemu.plugins/1"
    public var plugins: [Item]

    public init(plugins: [Item]) { self.plugins = plugins }

    /// A line for each.
    public func text(style: TextStyle) -> String {
        func width(_ column: (Item) -> String) -> Int { plugins.map { column($0).count }.max() ?? 0 }
        let names = width { Human.printable($0.name) }
        let kinds = width { $0.kind ?? "refused" }
        let versions = width { Human.printable($0.version ?? "") }
        return plugins.map { item in
            let cells = [
                style.paint(Human.padded(Human.printable(item.name), to: names), .bold),
                Human.padded(item.kind ?? "refused", to: kinds),
                Human.padded(Human.printable(item.version ?? ""), to: versions),
                Human.printable(item.summary ?? item.refusal ?? ""),
            ]
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
