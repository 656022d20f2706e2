import Glibc
import WorkerProcess

extension FuzzTarget {
    /// A worker that sends whatever it likes to a real supervisor: the first byte decides how it ends, the others go
    /// to its channel.
    static let worker = FuzzTarget("worker") { bytes in
        guard let end = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        var frames: [WorkerFrame] = []
        let report = try stream.withUnsafeBytes { stream in
            try WorkerSupervisor.run(timeoutNanoseconds: 2_000_000_000) {
                frames.append($0)
            } body: { _ in
                send(stream, end: end)
            }
        }
        var decoder = FrameDecoder()
        decoder.feed(stream)
        var all: [WorkerFrame] = []
        while let frame = try? decoder.next() { all.append(frame) }
        try promise(frames.count <= all.count, "more frames than were sent")
        try promise(frames == Array(all.prefix(frames.count)), "other frames than were sent")
        let kinds = Set(frames.map(\.kind))
        try promise(
            kinds.isDisjoint(with: [.trace, .kernelTrace, .state]), "a frame that was not asked for")
        var phases: [String] = []
        for case .phase(let name) in frames { phases.append(name) }
        try promise(Set(phases).count == phases.count, "a phase came twice")
        try promise(report.lastPhase == phases.last, "another last phase")
        switch report.ending {
        case .finished:
            try promise(kinds.contains(.result), "finished without a result")
            try promise(end % 4 == 0, "finished with another status")
        case .failed: try promise(kinds.contains(.failure), "failed without a failure")
        case .exited, .signalled, .timedOut, .interrupted, .garbled: break
        }
        try checkRefusal(report.ending.describe(plugin: "worker", phase: report.lastPhase))
    }

    /// Plays the worker, with system calls alone: other threads of this process may hold any lock.
    private static func send(_ stream: UnsafeRawBufferPointer, end: UInt8) -> Never {
        let channel: Int32 = 3
        var rest = stream[...]
        while !rest.isEmpty {
            let count = write(channel, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count <= 0 { break }
            rest = rest.dropFirst(count)
        }
        switch end % 4 {
        case 1: _exit(3)
        case 2: kill(getpid(), SIGKILL)
        case 3: close(channel)
        default: break
        }
        _exit(0)
    }
}
