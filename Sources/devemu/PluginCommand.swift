import ArgumentParser
import PluginHost
import PluginInspection
import Reporting
import TextSupport

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Look at plugins, check them, or begin one.",
        subcommands: [
            Inspect.self, PluginListCommand.self, PluginNewCommand.self, PluginCheckCommand.self,
        ])

    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "What a plugin says of itself, read from its file without loading it.",
            discussion: "A plugin that 'devemu run' would refuse is refused here in the same words.")

        @Argument(
            help: ArgumentHelp("The plugin, for example camera.so.", valueName: "plugin"),
            completion: Completions.plugin)
        var plugin: String

        @Option(help: "How to write the result: text or json.")
        var format = OutputFormat.text

        @Option(help: "Colour: auto, always or never.")
        var color = ColorChoice.auto

        func run() throws {
            let path = try PluginSearch.resolve(plugin)
            let card: PluginCard
            do {
                card = PluginCard(try PluginFile.open(path: path, hostABI: HostABI.revisions).inspected)
            } catch {
                throw CommandFailure(.pluginRefused, "\(error)")
            }
            switch format {
            case .text: try Terminal.write(card.text(style: color.style))
            case .json: try Terminal.write(JSONText.encode(card))
            }
        }
    }
}
