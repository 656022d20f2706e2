import ArgumentParser
import Emulation
import Reporting
import TextSupport
import WorkerProcess

struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Draw the pages of an area: free, movable, pinned, and what each device holds.",
        discussion: """
            Of a run or a comparison that was written with --history --format json, or of a machine's state as \
            'devemu import' writes it. The name of the output says what it is: .svg, .png (which needs \
            rsvg-convert or chromium), or .txt for plain characters.
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

    @OptionGroup var width: ColumnsOption

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
        let picture = try self.picture()
        let areas = try chosen()
        guard picture != .text, let output else {
            let style = output == nil ? color.style : TextStyle(isColored: color == .always)
            let columns = width.width(output: output)
            let texts = areas.map { area in
                "\(area.run)\n" + MapText(area.map(at: instant), style: style, columns: columns).render()
            }
            return try Terminal.write(Array(texts.joined(separator: "\n").utf8), to: output)
        }
        guard areas.count == 1 else {
            let names = areas.map { "\($0.run), \($0.name)" }
            throw CommandFailure(
                .usage,
                "\(output) holds one map, not \(areas.count): choose with --area and --strategy among "
                    + Human.printable(names.joined(separator: "; ")))
        }
        let svg = Array(MapDrawing(areas[0].map(at: instant), run: areas[0].run).render().utf8)
        try Terminal.writeFile(picture == .svg ? svg : try PNGConversion.png(of: svg), path: output)
    }

    private enum Picture: String, CaseIterable {
        case svg, png
        case text = "txt"
    }

    /// What the ending of the output asks for. A name without one gets plain characters, as standard output does.
    private func picture() throws(CommandFailure) -> Picture {
        guard let output, let name = output.split(separator: "/").last, let dot = name.lastIndex(of: "."),
            dot > name.startIndex
        else { return .text }
        let ending = name[name.index(after: dot)...].lowercased()
        guard let picture = Picture(rawValue: ending) else {
            throw CommandFailure(
                .usage, "-o \(output): a map is written as .svg, .png or .txt, not as .\(ending)")
        }
        return picture
    }

    /// The areas to show.
    private func chosen() throws -> [MapInput.Area] {
        let name = input == "-" ? "standard input" : input
        let all: [MapInput.Area]
        do {
            all = try MapInput(InputFile.read(input, as: .result), name: name).areas
        } catch let error as MapInput.Refusal {
            throw CommandFailure(.badInput, "\(error)")
        }
        let found = all.filter { item in
            (area.map { $0 == item.name } ?? true) && (strategy.map { item.strategy == $0 } ?? true)
        }
        guard found.isEmpty else { return found }
        let names = all.map { "\($0.run), \($0.name)" }
        throw CommandFailure(
            .usage, "\(name) does not have that map; it has " + Human.printable(names.joined(separator: "; "))
        )
    }
}
