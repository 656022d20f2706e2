import WorkerProcess

/// The program as a user starts it.
struct ProgramBenchmarks {
    var devemu: String

    func measure() throws -> [Measured] {
        let start = try Stopwatch.median(of: 11) { try run(["--version"]) }
        let camera = try Stopwatch.median(of: 11) { try run(["run", "camera.so"]) }
        let seeds = 200
        let compare = try Stopwatch.median(of: 3) {
            try run([
                "compare", "camera.so", "--strategies", "normal", "--repeat", "\(seeds)", "--jobs", "1",
            ])
        }
        return [
            Measured(
                name: "devemu run camera.so, start to exit", value: camera * 1e3, unit: "ms",
                against: "of it devemu --version takes", ratio: start / camera),
            Measured(
                name: "whole camera runs in compare, one worker", value: Double(seeds) / compare,
                unit: "runs/s"),
        ]
    }

    /// Waits in waitpid(2): Foundation's Process looks every 50 ms whether a program has ended, which is longer than
    /// most of these take.
    private func run(_ arguments: [String]) throws {
        guard let output = try ExternalTool.run([devemu] + arguments), output.status == 0 else {
            throw BenchmarkError("devemu \(arguments.joined(separator: " ")) did not end well")
        }
    }
}
