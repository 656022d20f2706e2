import TextSupport

/// How a worker process ended.
public enum WorkerEnding: Equatable, Sendable {
    /// It reported a result and exited with status 0.
    case finished
    /// It reported a documented failure; `code` is devemu's exit code for it.
    case failed(code: Int32, message: String)
    /// It exited without a result, as when a plugin calls exit(3) in the middle of a run, or with
    /// a result and a status other than 0.
    case exited(status: Int32)
    /// A signal killed it.
    case signalled(number: Int32)
    /// It had not ended after its time limit, and was killed.
    case timedOut(nanoseconds: UInt64)
    /// This process was asked to end, and ended it.
    case interrupted(signal: Int32)
    /// Its channel carried something other than whole frames, or was closed early.
    case garbled(reason: String)
}

extension WorkerEnding {
    /// One line for the user.
    ///
    /// - Parameters:
    ///   - plugin: name of the plugin's file.
    ///   - phase: ``WorkerReport/lastPhase``.
    public func describe(plugin: String, phase: String?) -> String {
        let place = phase.map { "in phase \($0)" } ?? "before its first phase"
        return Self.oneLine("\(plugin): \(event(place: place))")
    }

    /// What happened, without saying to whom.
    ///
    /// - Parameter place: where it did, in words such as `in phase run`.
    public func event(place: String) -> String {
        switch self {
        case .finished:
            "finished"
        case .failed(_, let message):
            message
        case .exited(let status):
            "called exit(\(status)) \(place) instead of returning"
        case .signalled(let number):
            "killed by \(SignalName.name(of: number)) \(place)"
                + " (the worker process; nothing else was harmed)"
        case .timedOut(let nanoseconds):
            "no end after \(Self.seconds(nanoseconds)) s \(place), killed (raise --timeout)"
        case .interrupted(let number):
            "interrupted by \(SignalName.name(of: number)) \(place)"
        case .garbled(let reason):
            "broke the worker's channel \(place): \(reason)"
        }
    }

    /// A decimal number of seconds without needless zeros.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let (whole, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard fraction > 0 else { return "\(whole)" }
        let digits = String(1_000_000_000 + fraction).dropFirst()
        let end = digits.lastIndex { $0 != "0" } ?? digits.startIndex
        return "\(whole).\(digits[...end])"
    }

    /// Names and messages can come from a plugin: nothing that a terminal obeys is left of them.
    private static func oneLine(_ text: String) -> String { printable(text, mark: " ") }
}
