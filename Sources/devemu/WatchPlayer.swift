import Glibc
import Measurement
import Reporting
import TextSupport

/// Shows a run again at the pace of its emulated clock: on a terminal as a picture that changes, elsewhere as lines.
///
/// A run takes less real time than its emulated clock shows, most often far less: what can be followed is the clock.
struct WatchPlayer {
    /// Pictures a second.
    private static let rate = 10.0
    /// How long a run is shown without a speed, s: shorter ones in slow motion, longer ones faster.
    private static let usualSeconds = 8.0...20.0
    /// The longest that a run is shown at any speed, s.
    private static let longestSeconds = 1e6
    /// Lines of a run that is not shown on a terminal.
    private static let lineCount = 10

    private let view: WatchView
    private let end: UInt64
    private let seconds: Double

    /// Nil for a run without a history: it ended too early for one.
    ///
    /// - Parameter speed: seconds of the emulated clock in a second; nil for whatever can be followed.
    init?(_ record: RunRecord, style: TextStyle, speed: Double?) {
        guard let view = WatchView(record, style: style) else { return nil }
        self.view = view
        end = record.elapsedNanoseconds
        let emulated = Double(end) / 1e9
        seconds =
            speed.map { min(emulated / $0, Self.longestSeconds) }
            ?? min(max(emulated, Self.usualSeconds.lowerBound), Self.usualSeconds.upperBound)
    }

    /// `0.0123`, `0.5`, `12.4`: three digits that count.
    private static func pace(_ speed: Double) -> String {
        let places = speed <= 0 ? 0 : min(max(2 - Int(log10(speed).rounded(.down)), 0), 9)
        return Human.decimal(speed, places: places)
    }

    func play() throws {
        guard isatty(STDOUT_FILENO) == 1, Terminal.environment("TERM") != "dumb" else {
            for index in 1...Self.lineCount {
                try Terminal.write(
                    view.line(at: UInt64(Double(end) * Double(index) / Double(Self.lineCount))) + "\n")
            }
            return
        }
        let count = max(Int(seconds * Self.rate), 1)
        let pace = "at \(Self.pace(Double(end) / 1e9 / max(seconds, 1e-9))) of real time"
        var shown: (size: Terminal.Size, height: Int)?
        for index in 0...count {
            let now = UInt64(Double(end) * Double(index) / Double(count))
            let size = Terminal.size ?? Terminal.Size(columns: 80, rows: 24)
            let lines = view.screen(at: now, pace: pace, columns: size.columns, rows: size.rows)
            // Back to the first line. Lines of another width may have been broken: then the screen begins anew.
            let back =
                shown.map { $0.size == size ? "\u{1b}[\($0.height)F" : "\u{1b}[H\u{1b}[2J" } ?? ""
            try Terminal.write(back + lines.map { $0 + "\u{1b}[K\n" }.joined())
            shown = (size, lines.count)
            usleep(UInt32(1e6 / Self.rate))
        }
        try Terminal.write("\n")
    }
}
