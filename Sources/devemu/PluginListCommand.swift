import ArgumentParser
import PluginHost
import PluginInspection
import Reporting
import TextSupport

struct PluginListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "The plugins that can be named without a path, and what keeps the others from running.",
        discussion: """
            Looks at every shared object here, in the folders of DEVEMU_PLUGIN_PATH, and in devemu's own. \
            Of two with the same name the first is what runs, and is listed.
            """)

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
        let list = PluginList(plugins: PluginSearch.all().map(Self.item))
        switch format {
        case .text: try Terminal.write(list.text(style: color.style))
        case .json: try Terminal.write(JSONText.encode(list))
        }
    }

    private static func item(name: String, path: String) -> PluginList.Item {
        do {
            let plugin = try PluginFile.open(path: path, hostABI: HostABI.revisions).inspected
            return PluginList.Item(name: name, plugin)
        } catch {
            return PluginList.Item(name: name, path: path, refusal: error.reason)
        }
    }
}
