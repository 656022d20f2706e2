import Measurement

extension Reproduction {
    /// Options with a value that say where a result goes or how it is shown, and do not change it.
    private static let silentOptions = [
        "-o", "--output", "--format", "--color", "--jobs", "--trace", "--trace-calls", "--dump",
        "--columns", "--speed",
    ]
    private static let silentFlags = ["--in-process", "--watch"]

    /// The command line of this process.
    static var thisCommand: Reproduction {
        var words = ["devemu"]
        var rest = CommandLine.arguments.dropFirst()
        while let word = rest.popFirst() {
            if silentOptions.contains(word) {
                rest = rest.dropFirst()
            } else if !silentFlags.contains(word),
                !silentOptions.contains(where: { word.hasPrefix("\($0)=") })
            {
                words.append(word)
            }
        }
        return Reproduction(command: words, version: Devemu.version)
    }
}
