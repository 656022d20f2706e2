import ArgumentParser
import Emulation
import KernelFormats
import PhysicalMemory
import Recordings
import Reporting
import TextSupport

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a machine to start from out of what a real one prints.",
        discussion: """
            Takes a folder, or files, of /proc/kpageflags, kpagecount, zoneinfo, meminfo, vmstat, buddyinfo and \
            pagetypeinfo, of debugfs cma/ and sysfs mm/cma/, and a trace of the cma and page_isolation \
            events: whatever part is there. The state that -o writes is what 'run --state' and 'compare \
            --state' start from. Dumps of a serial console by od -v -t x8 or hexdump -v -C are read too. No \
            file tells of references on pages: pins come from the refused windows of a trace, or from --pins. \
            --collect-script prints a script that collects all of it on the device.
            """)

    @Argument(help: ArgumentHelp("Folder of a capture, or files of it.", valueName: "folder or file"))
    var inputs: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the state to a file; - for standard output.", valueName: "file"))
    var output: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only this area, the first one named being the default; with =64M@256M also where it is, if no "
                + "file says it.", valueName: "name"))
    var area: [String] = []

    @Option(
        help: ArgumentHelp(
            "So many pinned pages in all, drawn as far as no trace shows them; or a file with page frame "
                + "numbers, or a trace.", valueName: "number or file"))
    var pins: String?

    @Option(help: ArgumentHelp("Seed of what is drawn (default 1).", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        name: .customLong("first-pfn"),
        help: ArgumentHelp(
            "Page frame number that dumps of kpageflags begin with, where neither their name "
                + "(kpageflags@65536) nor their length tells.", valueName: "pfn"))
    var firstPFN: Int?

    @Flag(help: "Leave damaged files out instead of stopping at the first.")
    var lenient = false

    @Flag(
        help: ArgumentHelp(
            "Print a shell script that collects a capture on the device, and nothing else."))
    var collectScript = false

    @Option(help: "How to write the summary: text or json.")
    var format = OutputFormat.text

    @Option(help: "Colour: auto, always or never.")
    var color = ColorChoice.auto

    func validate() throws {
        guard !inputs.isEmpty || collectScript else {
            throw ValidationError("Missing expected argument '<folder or file> ...'")
        }
        guard firstPFN.map({ (0...1 << 40).contains($0) }) ?? true else {
            throw ValidationError("--first-pfn \(firstPFN ?? 0) is no page frame number")
        }
    }

    func run() throws {
        guard !collectScript else { return try Terminal.write(CollectScript.text) }
        try OutputPlace.check([("-o", output)], inputs: inputs)
        let imported: ImportedMachine
        do {
            let capture = try Capture(CaptureFolder.files(inputs), isLenient: lenient)
            imported = try ImportedMachine(capture, options: options())
        } catch let error as CaptureError {
            throw CommandFailure(.badInput, error.description)
        }
        let summary: [UInt8] =
            switch format {
            case .text: Array(ImportText.render(imported.report, style: color.style).utf8)
            case .json: try JSONText.encode(imported.report)
            }
        switch output {
        case "-":
            try Terminal.write(imported.state.text)
            Terminal.note(String(decoding: summary, as: UTF8.self))
        case let path?:
            try Terminal.writeFile(Array(imported.state.text.utf8), path: path)
            try Terminal.write(summary)
        case nil: try Terminal.write(summary)
        }
    }

    private func options() throws -> ImportOptions {
        var options = ImportOptions()
        options.seed = seed
        options.firstPFN = firstPFN
        options.areas = try area.map(Self.area)
        options.pins = try pins.map(Self.pins)
        return options
    }

    /// `reserved` or `reserved=64M@256M`.
    private static func area(_ text: String) throws(CommandFailure) -> ImportOptions.Area {
        guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
            return ImportOptions.Area(name: text)
        }
        let place = text[text.index(after: equals)...].split(separator: "@", omittingEmptySubsequences: false)
        guard place.count == 2, let size = MemorySize(parsing: String(place[0])),
            let base = MemorySize(parsing: String(place[1])), size.bytes > 0,
            base.bytes.isMultiple(of: PageGeometry.standard.pageBytes), base.pages < 1 << 40,
            size.pages < 1 << 28
        else {
            throw CommandFailure(
                .usage,
                "--area '\(text)' does not say a size and a start on a page; write \(text[..<equals])=64M@256M"
            )
        }
        return ImportOptions.Area(
            name: String(text[..<equals]), place: .init(basePFN: base.pages, pages: size.pages))
    }

    private static func pins(_ text: String) throws -> ImportOptions.Pins {
        if let count = Int(text) {
            guard count >= 0 else { throw CommandFailure(.usage, "--pins \(count) is less than none") }
            return .count(count)
        }
        let bytes = try InputFile.read(text, as: .pins)
        let isTrace = bytes.starts(with: "# tracer:".utf8) || bytes.contains(UInt8(ascii: "["))
        do throws(KernelFormatError) {
            return isTrace
                ? .evidence(try BusyEvidence(parsing: bytes)) : .frames(try FrameNumbers.parse(bytes))
        } catch {
            throw CommandFailure(.badInput, error.description(in: text))
        }
    }
}
