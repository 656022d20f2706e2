import ArgumentParser
import Glibc
import Reporting
import TextSupport

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Make a page of results: maps, failures, time lines and distributions, for a browser.",
        discussion: """
            The page is one file that needs no network. It shows stores of sweeps, and results that run, compare and \
            size write with --format json; maps, failures and latencies need --history as well. The results are in the page as \
            they are, in the script element 'results'.
            """)

    @Argument(
        help: ArgumentHelp(
            "Results as JSON and stores of sweeps, in the order of the page; - is standard input.",
            valueName: "result"),
        completion: .file(extensions: ["json", "db"]))
    var results: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the page goes; - is standard output.", valueName: "file"),
        completion: .file(extensions: ["html"]))
    var output = "report.html"

    @Option(
        help: ArgumentHelp("Which plan of a store: the first digits of its hash.", valueName: "digits"))
    var plan: String?

    @OptionGroup var roles: RoleOptions

    func validate() throws {
        if results.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input can be one result only; give the others as files")
        }
        if output == "-", isatty(STDOUT_FILENO) == 1 {
            throw ValidationError("the page is not for a terminal; name a file with -o")
        }
    }

    func run() throws {
        try OutputPlace.check([("-o", output)], inputs: results)
        let inputs = try results.map { path in
            if SweepStoreInput.isStore(path) {
                let result = try SweepStoreInput.result(of: path, plan: plan, roles: roles)
                return ReportPage.Input(name: path, bytes: try JSONText.line(result))
            }
            return ReportPage.Input(
                name: path == "-" ? "standard input" : path, bytes: try InputFile.read(path, as: .result))
        }
        let options = (plan == nil ? [] : ["--plan"]) + roles.named
        if let option = options.first, !results.contains(where: SweepStoreInput.isStore) {
            throw CommandFailure(.usage, "\(option) is for the store of a sweep, and no result is one")
        }
        let page: [UInt8]
        do {
            page = try ReportPage.render(inputs)
        } catch {
            throw CommandFailure(.badInput, "\(error)")
        }
        try Terminal.write(page, to: output)
    }
}
