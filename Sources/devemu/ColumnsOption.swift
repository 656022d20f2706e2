import ArgumentParser
import Glibc

/// How wide a report may be: `--columns`.
struct ColumnsOption: ParsableArguments {
    private static let bounds = 20...1000

    @Option(
        help: ArgumentHelp(
            "Characters of a line (default: the terminal's width, or 80 for other outputs).",
            valueName: "number"))
    var columns: Int?

    func validate() throws {
        guard let columns, !Self.bounds.contains(columns) else { return }
        throw ValidationError(
            "--columns \(columns): expected a number from \(Self.bounds.lowerBound) to "
                + "\(Self.bounds.upperBound)")
    }

    /// Characters of a line.
    ///
    /// - Parameter output: where the report goes; nil and `-` for standard output.
    func width(output: String?) -> Int {
        if let columns { return columns }
        guard output ?? "-" == "-", let size = Terminal.size else { return 80 }
        return min(max(size.columns, Self.bounds.lowerBound), Self.bounds.upperBound)
    }
}
