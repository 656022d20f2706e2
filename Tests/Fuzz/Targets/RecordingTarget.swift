import PhysicalMemory
import Recordings
import Reporting
import TextSupport

extension FuzzTarget {
    /// A recording, replayed when that does not take long.
    static let recording = FuzzTarget("recording") { bytes in
        do {
            let recording = try Recording(parsing: bytes)
            guard isShort(recording) else { return }
            if StatisticalReplay.applies(to: recording) {
                let replay = try StatisticalReplay(of: recording, seeds: 1...1)
                try promise(replay.runs.count == 1, "a seed makes \(replay.runs.count) runs")
            } else {
                let replay = try Replay(of: recording)
                try promise(replay.calls == recording.calls, "\(replay.calls) calls of \(recording.calls)")
                try promise(
                    replay.exact + replay.differences.count == replay.calls, "a call neither exact nor not")
            }
        } catch let error as RecordingError {
            try checkRefusal(Human.printable(error.description))
        }
    }

    /// Machines of at most 64 MiB and 8 calls, or one second of a busy one: a fuzzer lives on many short
    /// runs.
    private static func isShort(_ recording: Recording) -> Bool {
        func isAtMost(_ limit: Int, _ key: String) -> Bool {
            recording.scenario(key).map { (Int($0) ?? 0) <= limit } ?? true
        }
        let memory = recording.scenario("mem") ?? ""
        let isSmall = memory.last != "M" || (Int(memory.dropLast()) ?? 0) <= 64
        return recording.areas.flatMap(\.ranges).allSatisfy { $0.upperBound <= 1 << 14 }
            && recording.calls <= 8 && isSmall
            && memory.last != "G" && isAtMost(8, "n") && isAtMost(1, "warm") && isAtMost(4, "bg")
    }
}
