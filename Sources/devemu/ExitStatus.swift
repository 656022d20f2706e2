import ArgumentParser

/// The exit codes that devemu promises; 1 and 2 never mean the same.
enum ExitStatus: Int32 {
    /// Finished, and a device was not satisfied, a call was not exact, or a plugin broke a rule of its check.
    case unsatisfied = 1
    /// The plugin crashed, hung, left, reported an error, or broke a rule, such as never to release pages; what it
    /// had reported is printed.
    case runFailed = 2
    case usage = 64
    case badInput = 65
    case noInput = 66
    case pluginRefused = 69
    case internalError = 70
    case cannotCreate = 73
    case ioError = 74
    /// Somebody else is at it; the same may do later.
    case temporary = 75
    case configuration = 78
    /// Interrupted by a signal; what there was until then is printed.
    case interrupted = 130
}

/// A failure with its exit code and the one line that explains it.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }
}
