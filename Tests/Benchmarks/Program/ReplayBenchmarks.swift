import Baselines
import PhysicalMemory
import Recordings
import WorkerProcess

/// Recorded kernels executed again: start-up and parsing are not measured.
struct ReplayBenchmarks {
    var folder: String

    func measure() throws -> [Measured] {
        var results: [Measured] = []
        for name in ["chunk4800-pins100-normal", "chunk4800-pins100-failfast", "chunk4800-pins0-normal"] {
            let recording = try Self.recording("\(folder)/Recordings/\(name).txt.gz")
            let seconds = try Stopwatch.median(of: 15) { _ = try Replay(of: recording) }
            let floor = Stopwatch.median(of: 15) { Self.bareLoop(over: recording) }
            results.append(
                Measured(
                    name: "replay of \(name)", value: seconds * 1e3, unit: "ms",
                    against: "a bare C loop over bitmap and pins takes", ratio: floor / seconds))
        }
        let busy = try Self.recording("\(folder)/BusyRecordings/fs3-normal.txt.gz")
        var elapsed: UInt64 = 0
        var calls = 0.0
        let seconds = try Stopwatch.median(of: 5) {
            let replay = try StatisticalReplay(of: busy, seeds: 1...1)
            elapsed = replay.elapsedNanoseconds
            calls = replay.emulated.totalNanoseconds
        }
        results.append(
            Measured(
                name: "file writers, fs3-normal, one seed", value: seconds * 1e3, unit: "ms",
                against: "the machine's own time", ratio: Double(elapsed) / 1e9 / seconds))
        results.append(
            Measured(
                name: "  time in its 2048 calls alone", value: calls / 1e6, unit: "ms",
                against: "of the time that emulating takes", ratio: calls / 1e9 / seconds))
        return results
    }

    /// Reads a packed recording.
    static func recording(_ path: String) throws -> Recording {
        guard let output = try ExternalTool.run(["gzip", "-dc", path]), output.status == 0 else {
            throw BenchmarkError("gzip -dc \(path) did not end well")
        }
        return try Recording(parsing: output.standardOutput)
    }

    /// The same calls on bits with nothing behind them.
    private static func bareLoop(over recording: Recording) {
        let pages = recording.pages
        var taken = [UInt64](repeating: 0, count: pages / 64 + 1)
        var pinned = taken
        var refused = 0
        for step in recording.steps {
            switch step {
            case .pin(let offset, _): pinned[offset >> 6] |= 1 << UInt64(offset & 63)
            case .allocate(let call): _ = word_first_fit(&taken, pinned, pages, call.count, &refused)
            case .release, .pages, .free, .zone, .lists, .folios: break
            }
        }
    }
}
