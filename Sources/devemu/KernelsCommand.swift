import ArgumentParser
import PhysicalMemory
import Reporting
import TextSupport

struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "List the kernels, or explain one.",
        discussion: """
            A kernel is everything that Linux decides by itself while a driver allocates. '--kernel' of 'run', 'compare' \
            and 'size', and 'machine.kernel' of a scene or a grid, take each of them.
            """)

    @Argument(
        help: ArgumentHelp("The kernel to explain.", valueName: "name"),
        completion: KernelInput.completion)
    var name: String?

    @Option(help: "How to write the result: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func run() throws {
        let chosen = try name.map { [try KernelInput.read($0)] } ?? Kernel.all
        let cards = chosen.map { KernelCard($0) }
        switch format {
        case .json: try Terminal.write(JSONText.encode(KernelList(kernels: cards)))
        case .text:
            let style = color.style
            try Terminal.write(
                name == nil ? KernelCard.list(cards, style: style) : cards[0].text(style: style))
        }
    }
}

/// A kernel as the command line names it.
enum KernelInput {
    static let help = ArgumentHelp(
        "The kernel that decides; 'devemu kernels' lists them (default \(Kernel.standard.name)).",
        valueName: "name")
    static let completion = CompletionKind.list(Kernel.all.map(\.name))

    static func read(_ name: String) throws(CommandFailure) -> Kernel {
        guard let kernel = Kernel(named: name) else {
            let near = Spelling.nearest(to: name, among: Kernel.all.map(\.name))
            throw CommandFailure(
                .usage,
                "no kernel '\(name)'; " + (near.map { "did you mean \($0)?" } ?? "see 'devemu kernels'"))
        }
        return kernel
    }
}
