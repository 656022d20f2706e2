import ArgumentParser
import PhysicalMemory
import Recordings
import Reporting
import TextSupport
import WorkerProcess

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit a cost profile to the times of recorded kernel runs.",
        discussion: """
            Replays the recordings, counts the steps of every call, and fits what each step costs: least \
            squares of relative residuals, not negative, with a speed of its own for each recording's \
            machine. Steps that do not occur keep the cost they have in --costs. The profile goes to \
            standard output, and how far it is from each recording to standard error; with -o, to the \
            file and to standard output.
            """)

    @Argument(
        help: ArgumentHelp(
            "Recorded runs that can be replayed call by call; - for standard input.",
            valueName: "recording"))
    var recordings: [String]

    @Option(help: CostsInput.help)
    var costs: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Write the profile to a file.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Also judge each recording by costs fitted without it: this share of the recordings is left "
                + "out at a time, 0.01 to 0.5.", valueName: "share"))
    var holdOut: Double?

    func validate() throws {
        if let holdOut, !(0.01...0.5).contains(holdOut) {
            throw ValidationError("--hold-out \(holdOut) is no share from 0.01 to 0.5")
        }
        if holdOut != nil, recordings.count < 2 {
            throw ValidationError("--hold-out takes two recordings or more")
        }
    }

    func run() throws {
        try OutputPlace.check([("-o", output)], inputs: recordings + [costs].compactMap(\.self))
        let given = try costs.map { name throws(CommandFailure) in try CostsInput.read(name) }
        let interruption = try WorkerRuns.heldSignals()
        let files = try recordings.enumerated().map { index, path in
            if let signal = interruption.signal {
                throw CommandFailure(
                    .interrupted,
                    "interrupted by \(SignalName.name(of: signal)) after \(index) of "
                        + "\(Human.count(recordings.count, "recording")): no profile was written")
            }
            do {
                return try CostSamples(of: Recording(parsing: InputFile.read(path, as: .state)), name: path)
            } catch let error as RecordingError {
                throw CommandFailure(.badInput, "\(path):\(error.line): \(error)")
            }
        }
        let kernel = try Self.kernel(of: files)
        let base = given ?? kernel.defaultCosts
        let fit = CostFit(of: files, base: base)
        let ratios = holdOut.map { heldOutRatios(files, share: $0, base: base) }
        let residuals = table(files, fit, heldOut: ratios)
        let profile = text(of: fit, base: costs ?? kernel.costs)
        if let output, output != "-" {
            try Terminal.writeFile(Array(profile.utf8), path: output)
            try Terminal.write(residuals)
        } else {
            try Terminal.write(profile)
            Terminal.note(residuals)
        }
    }

    /// Emulated by recorded time of each file, by costs fitted to the others: files that are
    /// neighbours on the command line are left out in different rounds.
    private func heldOutRatios(_ files: [CostSamples], share: Double, base: CostProfile) -> [Double] {
        let rounds = min(Int((1 / share).rounded()), files.count)
        var ratios = [Double](repeating: 1, count: files.count)
        for round in 0..<rounds {
            let fit = CostFit(
                of: files.indices.filter { $0 % rounds != round }.map { files[$0] }, base: base)
            for index in stride(from: round, to: files.count, by: rounds) {
                ratios[index] = files[index].ratio(fit.profile)
            }
        }
        return ratios
    }

    /// The kernel of all recordings: one profile cannot have the costs of two.
    private static func kernel(of files: [CostSamples]) throws(CommandFailure) -> Kernel {
        let first = files.first?.judge ?? .standard
        guard let other = files.first(where: { $0.judge != first }) else { return first }
        throw CommandFailure(
            .badInput,
            "\(other.name): a recording of \(other.judge.name) beside those of \(first.name): a profile has the costs "
                + "of one kernel")
    }

    private func text(of fit: CostFit, base: String) -> String {
        var comments: [CostStep: String] = [:]
        for step in CostStep.allCases {
            comments[step] = step.explanation + (fit.kept.contains(step) ? " (from \(base))" : "")
        }
        let count = recordings.count
        return fit.profile.text(
            header: [
                "Cost profile fitted by 'devemu calibrate' to \(count) recording\(count == 1 ? "" : "s")."
            ],
            comments: comments)
    }

    private func table(_ files: [CostSamples], _ fit: CostFit, heldOut: [Double]?) -> String {
        let width = files.reduce(4) { max($0, $1.name.count) }
        func cell(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(width - text.count, 0)) + text
        }
        var text = "file" + String(repeating: " ", count: width - 4)
        text += "  recorded ms  emulated ms  ratio  speed" + (heldOut == nil ? "\n" : "  held out\n")
        for (index, file) in files.enumerated() {
            text += file.name + String(repeating: " ", count: width - file.name.count)
            text += cell(Self.fixed(Double(file.recordedNanoseconds) / 1e6, digits: 1), 13)
            text += cell(Self.fixed(file.emulatedNanoseconds(fit.profile) / 1e6, digits: 1), 13)
            text += cell(Self.fixed(file.ratio(fit.profile), digits: 2), 7)
            text += cell(Self.fixed(fit.factors[index], digits: 2), 7)
            if let heldOut { text += cell(Self.fixed(heldOut[index], digits: 2), 10) }
            text += file.exact == file.calls ? "\n" : "  \(file.exact) of \(file.calls) calls exact\n"
        }
        let error = CostFit.meanError(files.map { $0.ratio(fit.profile) })
        text += "geometric mean error \(Self.fixed(100 * error, digits: 1)) %"
        if let heldOut {
            text += ", held out \(Self.fixed(100 * CostFit.meanError(heldOut), digits: 1)) %"
        }
        return text + "\n"
    }

    private static func fixed(_ value: Double, digits: Int) -> String {
        let scale = digits == 2 ? 100 : 10
        let scaled = Int((min(abs(value), 1e15) * Double(scale)).rounded())
        let fraction = "\(scaled % scale)"
        return "\(scaled / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
