import TextSupport
import Glibc
import Measurement
import Reporting

/// Shows a run again as it went, at the pace of its emulated clock: on a terminal as a picture that changes,
/// elsewhere as lines.
///
/// A run takes less time than its emulated clock, most often far less: what can be followed is the clock.
struct WatchPlayer {
    /// Pictures a second, and the longest that a run is shown for, s: a longer one is shown faster.
    private static let rate = 10.0
    private static let longest = 10.0
    /// Lines of a run that is not shown on a terminal.
    private static let lineCount = 10

    private let view: WatchView
    private let end: UInt64

    /// Nil for a run without a history: nothing of it is left.
    init?(_ record: RunRecord, style: TextStyle) {
        guard let view = WatchView(record, style: style) else { return nil }
        self.view = view
        end = record.elapsedNanoseconds
    }

    func play() throws {
        guard isatty(STDOUT_FILENO) == 1, Terminal.environment("TERM") != "dumb" else {
            for index in 1...Self.lineCount {
                try Terminal.write(
                    view.line(at: UInt64(Double(end) * Double(index) / Double(Self.lineCount))) + "\n")
            }
            return
        }
        let seconds = min(max(Double(end) / 1e9, 1), Self.longest)
        let count = max(Int(seconds * Self.rate), 1)
        var height = 0
        for index in 0...count {
            let now = UInt64(Double(end) * Double(index) / Double(count))
            let lines = view.screen(at: now)
            // Back to the first line, and each line is erased behind what it says now.
            let back = height > 0 ? "\u{1b}[\(height)F" : ""
            try Terminal.write(back + lines.map { $0 + "\u{1b}[K\n" }.joined())
            height = lines.count
            usleep(UInt32(1e6 / Self.rate))
        }
        try Terminal.write("\n")
    }
}
