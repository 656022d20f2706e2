import KernelFormats
import Recordings
import Reporting
import TextSupport

extension FuzzTarget {
    /// The failures in a kernel's log, tried on small emulated areas.
    static let explanation = FuzzTarget("explanation") { bytes in
        guard let log = try? KernelLog(parsing: bytes, isLenient: true), isShort(log) else { return }
        let explanation = Explanation(of: log, file: "log", seeds: 1, areaPages: largestArea)
        for one in explanation.cases {
            for trial in one.trials {
                try promise(
                    (0...trial.runs).contains(trial.worked), "\(trial.worked) of \(trial.runs) runs worked")
            }
        }
        let text = ExplanationText(explanation, style: TextStyle(isColored: false)).render()
        try promise(text.hasSuffix("\n"), "the text does not end its last line")
        _ = try JSONText.encode(explanation)
    }

    private static let largestArea = 2048

    /// One failure in an area of at most 8 MiB, by what the log says: a fuzzer lives on many short runs.
    private static func isShort(_ log: KernelLog) -> Bool {
        log.failures.count == 1 && log.pools.allSatisfy { $0.bytes <= largestArea * 4096 }
            && log.failures.allSatisfy { ($0.free?.total ?? 0) <= largestArea }
    }
}
