public import ArgumentParser
public import PluginTemplates
import Reporting
import TextSupport

struct PluginNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a plugin to begin with, which builds and runs as it stands.",
        discussion: """
            Writes a folder of that name: a source to change, a Makefile that needs a compiler and nothing \
            else, and the headers. A folder that is there already is never touched.
            """)

    @Argument(
        help: ArgumentHelp("What the plugin is called, for example mic-array.", valueName: "name"))
    var name: String

    @Option(help: "What it is written in: c, cpp, swift or rust.")
    var lang = PluginTemplate.Language.c

    @Option(help: "A workload, which drives a device, or a strategy, which gathers chunks for others.")
    var kind = PluginTemplate.Kind.workload

    @Option(help: ArgumentHelp("Where to put the folder.", valueName: "folder"), completion: .directory)
    var directory = "."

    func run() throws {
        let template: PluginTemplate
        do {
            template = PluginTemplate(try PluginName(name), language: lang, kind: kind)
        } catch {
            throw CommandFailure(.usage, "\(quoted(name)): \(error)")
        }
        let folder = directory == "." ? name : "\(directory)/\(name)"
        try NewFolder.write(template.files.map { ($0.path, $0.bytes) }, path: folder)
        try Terminal.write(
            """
            \(Human.printable(folder)): a \(kind.rawValue) in \(lang.title), \(template.sourcePath) is its source

              \(Human.printable(commands(template, in: folder)))

            """)
    }

    /// What builds and runs it, for a shell.
    private func commands(_ template: PluginTemplate, in folder: String) -> String {
        let product = Self.shellWord("\(folder)/\(template.productPath)")
        let run = kind == .workload ? "devemu run \(product)" : "devemu run camera.so --strategy \(product)"
        return "make -C \(Self.shellWord(folder)) && \(run)"
    }

    private static func shellWord(_ text: String) -> String {
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+@".contains($0))
        }
        return isPlain ? text : "'\(text.replacing("'", with: "'\\''"))'"
    }
}

extension PluginTemplate.Language: ExpressibleByArgument {}
extension PluginTemplate.Kind: ExpressibleByArgument {}
