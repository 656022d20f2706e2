import TextSupport
import ArgumentParser
import Emulation
import Reporting
import WorkerProcess

struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draw the pages of an area: free, movable, pinned, and what each device holds.",
        discussion: """
            Of a run or a comparison that was written with --history --format json, or of a machine's state as \
            'devemu import' writes it. The name of the output says what it is: .svg, .png (which takes \
            rsvg-convert or chromium), or anything else for plain characters.
            """)

    @Argument(
        help: ArgumentHelp("The result or the state; - for standard input.", valueName: "result or state"),
        completion: .file())
    var input: String

    @Option(help: ArgumentHelp("The area, by its name (default: each).", valueName: "name"))
    var area: String?

    @Option(
        help: ArgumentHelp("The strategy, of a comparison (default: each).", valueName: "strategy"))
    var strategy: String?

    @Option(
        help: ArgumentHelp(
            "The instant, in emulated time, such as 12.5ms (default: when devices held the most).",
            valueName: "time"))
    var at: String?

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the map to a file.", valueName: "file"),
        completion: .file(extensions: ["svg", "png", "txt"]))
    var output: String?

    func run() throws {
        let instant = try at.map { text throws(CommandFailure) in
            do {
                return try EmulatedDuration(parsing: text).nanoseconds
            } catch {
                throw CommandFailure(.usage, "--at \(error)")
            }
        }
        try OutputPlace.check([("-o", output)], inputs: [input])
        let areas = try chosen()
        let drawing = output.flatMap { path in [".svg", ".png"].first { path.hasSuffix($0) } }
        guard let drawing, let output else {
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            let texts = areas.map { area in
                let title = area.run.isEmpty ? "" : "\(Human.printable(area.run))\n"
                return title + MapText(area.map(at: instant), style: style).render()
            }
            return try Terminal.write(Array(texts.joined(separator: "\n").utf8), to: output)
        }
        guard areas.count == 1 else {
            let names = areas.map { ($0.run.isEmpty ? "" : "\($0.run), ") + $0.name }
            throw CommandFailure(
                .usage,
                "\(output) is one map, and there are \(areas.count): choose with --area and --strategy among "
                    + Human.printable(names.joined(separator: "; ")))
        }
        let svg = Array(MapDrawing(areas[0].map(at: instant)).render().utf8)
        try Terminal.writeFile(drawing == ".svg" ? svg : try PNGConversion.png(of: svg), path: output)
    }

    /// The areas that are to be shown.
    private func chosen() throws -> [MapInput.Area] {
        let name = input == "-" ? "standard input" : input
        let all: [MapInput.Area]
        do {
            all = try MapInput(InputFile.read(input, as: .result), name: name).areas
        } catch let error as MapInput.Refusal {
            throw CommandFailure(.badInput, "\(error)")
        }
        let found = all.filter { item in
            (area.map { $0 == item.name } ?? true) && (strategy.map { item.run.hasSuffix(", \($0)") } ?? true)
        }
        guard found.isEmpty else { return found }
        let names = all.map { ($0.run.isEmpty ? "" : "\($0.run), ") + $0.name }
        throw CommandFailure(
            .usage, "\(name) has no such map; it has " + Human.printable(names.joined(separator: "; ")))
    }
}
