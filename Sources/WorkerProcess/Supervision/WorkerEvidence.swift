import Glibc

/// What is known about a worker, and the judgement of its end.
struct WorkerEvidence {
    private(set) var lastPhase: String?
    private var hasResult = false
    private var failure: (code: Int32, message: String)?
    private var phases: Set<String> = []

    /// The time limit that passed, in nanoseconds.
    var exceeded: UInt64?
    /// The signal that this process got meanwhile.
    var interruptedBy: Int32?
    /// What was wrong with the stream of frames; the worker was killed for it.
    var streamFault: WorkerError?
    /// The channel ended before a result or failure and the worker went on living.
    var killedForClosedChannel = false
    /// Bytes of an incomplete frame at the end of the stream, and the offset of that frame.
    var pendingByteCount = 0
    var streamOffset: UInt64 = 0
    /// Raw status of waitpid(2).
    var status: Int32 = 0

    /// Whether the worker has said what was to be said.
    var isComplete: Bool { hasResult || failure != nil }

    /// Takes notice of a frame.
    ///
    /// - Returns: whether it can be true: no phase comes twice, so that ``lastPhase`` never goes back to one in
    ///   which no code of a plugin had run.
    mutating func note(_ frame: WorkerFrame) -> Bool {
        switch frame {
        case .phase(let name):
            guard phases.insert(name).inserted else { return false }
            lastPhase = name
        case .log, .trace, .kernelTrace, .state: break
        case .result: hasResult = true
        case .failure(let code, let message): failure = (code, message)
        }
        return true
    }

    /// The ending, by the first evidence that explains the others: a killed worker has no exit
    /// status of its own, and a crash explains a cut frame.
    var ending: WorkerEnding {
        if let interruptedBy { return .interrupted(signal: interruptedBy) }
        if let exceeded { return .timedOut(nanoseconds: exceeded) }
        if let streamFault { return .garbled(reason: streamFault.description) }
        if let failure { return .failed(code: failure.code, message: failure.message) }
        let signal = status & 0x7f
        if signal == SIGKILL && killedForClosedChannel {
            return .garbled(reason: "the channel was closed before a result")
        }
        if signal != 0 { return .signalled(number: signal) }
        if pendingByteCount > 0 {
            return .garbled(
                reason: "the stream ends \(pendingByteCount) bytes into the frame at offset \(streamOffset)")
        }
        let exitStatus = (status >> 8) & 0xff
        if exitStatus == WorkerChannel.lostStatus {
            return .garbled(reason: "the worker could not write to its channel")
        }
        return hasResult && exitStatus == 0 ? .finished : .exited(status: exitStatus)
    }
}
