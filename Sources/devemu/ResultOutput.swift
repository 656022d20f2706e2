import Glibc
import WorkerProcess

/// Where a long result goes piece by piece: a file, as ``OutputFile`` writes it, or standard output.
final class ResultOutput {
    private static let portion = 1 << 16

    /// Nil for standard output.
    private let path: String?
    /// Opened with the first portion, so that whoever asks a long question and gives up leaves no temporary file.
    private var file: OutputFile?
    /// Held as long as the file has not got its name.
    private var interruption: Interruption?
    private var pending: [UInt8] = []

    /// - Parameter path: nil and `-` for standard output.
    init(_ path: String?) { self.path = path == "-" ? nil : path }

    /// - Throws: exit code 130 after a signal, when the result goes to a file, which is left as it was.
    func append(_ text: String) throws(CommandFailure) {
        pending += text.utf8
        if pending.count >= Self.portion { try flush() }
    }

    private func flush() throws(CommandFailure) {
        defer { pending.removeAll(keepingCapacity: true) }
        guard let path else { return try Terminal.write(pending) }
        if file == nil {
            file = try OutputFile(path)
            interruption = try WorkerRuns.heldSignals()
        }
        if let error = file?.write(pending) { throw OutputPlace.failure(path, error) }
        if let signal = interruption?.signal {
            file?.discard()
            throw CommandFailure(
                .interrupted, "interrupted by \(SignalName.name(of: signal)): \(path) is not written")
        }
    }

    /// Gives the file its name; called once everything was appended.
    func finish() throws(CommandFailure) {
        try flush()
        try file?.publish()
    }
}
