import Glibc
import Reporting
import TextSupport

/// A line on standard error that says how far a command is, when that is a terminal; else nothing.
struct ProgressLine {
    private var text: ProgressText
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let isShown: Bool
    /// Characters of the line that stands there.
    private var width = 0

    /// - Parameter total: runs in all.
    init(command: String, total: Int) {
        text = ProgressText(command: command, total: total, now: 0)
        start = clock.now
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Shows how many runs have ended, unless the line was changed a moment ago.
    mutating func update(done: Int) {
        guard isShown, let line = text.line(done: done, now: elapsedNanoseconds) else { return }
        // Spaces instead of an escape sequence: they erase on a dumb terminal too.
        Terminal.note("\r" + Human.padded(line, to: width))
        width = line.count
    }

    /// Changes how many runs there are in all, as far as is known by now.
    mutating func expect(_ total: Int) { text.expect(total) }

    /// Tells whoever watches that a signal came, and that runs are waited for.
    mutating func interrupted(running: Int) {
        erase()
        guard isShown, running > 0 else { return }
        Terminal.note(
            "interrupted: waiting for \(Human.count(running, "run")); a second signal kills what still runs\n"
        )
    }

    /// Takes the line away.
    mutating func erase() {
        guard width > 0 else { return }
        Terminal.note("\r" + String(repeating: " ", count: width) + "\r")
        width = 0
    }

    private var elapsedNanoseconds: UInt64 {
        let components = (clock.now - start).components
        return UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
    }
}
