import PhysicalMemory
import Testing

@testable import Recordings

/// Scenarios in which processes write files, on Linux 6.12 and 7.3: one recorded run a mode inside the values of twenty
/// seeds.
///
/// With twenty seeds a 95 % interval reaches from the lowest value to the highest. Times are left out: these recordings
/// were made on a loaded machine. What is known not to hold is not listed; Kernels.md says what and why.
@Suite struct NewerBusyMachineTests {
    /// Figures of one recorded run that the emulated interval has: chunks got, busy retries, failed migrations.
    struct Recorded: Sendable, CustomTestStringConvertible {
        let kernel: Kernel
        let scenario: String
        let mode: String
        var chunks: Double?
        var busy: Double?
        var failed: Double?

        var testDescription: String { "\(kernel.name) \(scenario) \(mode)" }
    }

    static let recorded = [
        Recorded(kernel: .linux6_12, scenario: "fs3-normal", mode: "normal", chunks: 2048, busy: 0),
        Recorded(
            kernel: .linux6_12, scenario: "fs3-normal", mode: "noretry", chunks: 2048, busy: 248, failed: 3066
        ),
        Recorded(
            kernel: .linux6_12, scenario: "fs3-normal", mode: "failfast", chunks: 2019, busy: 3150,
            failed: 35_734),
        Recorded(kernel: .linux6_12, scenario: "twopass41-failfast", mode: "failfast", chunks: 2048),
        Recorded(kernel: .linux7_3, scenario: "fs3-normal", mode: "normal", chunks: 2048, busy: 0),
        Recorded(kernel: .linux7_3, scenario: "fs3-normal", mode: "cached", chunks: 2048),
        Recorded(kernel: .linux7_3, scenario: "fs3-normal", mode: "noretry", chunks: 2048),
        Recorded(kernel: .linux7_3, scenario: "twopass41-failfast", mode: "failfast", chunks: 2048),
    ]

    /// Highest less lowest value of the three runs a mode that were recorded of fs on Linux 6.1: busy retries and failed
    /// migrations, in BusyMachineTests.
    private static let spreadOnOlder = ["noretry": (5189.0, 69_835.0), "failfast": (5311.0, 53_879.0)]

    /// The recorded scenarios differ from those of Linux 6.1 in the kernel alone.
    private static func runs(_ item: Recorded) throws -> [StatisticalReplay.Figures] {
        var recording = try RecordedKernels.recording(item.scenario, on: .busy)
        let mode = try #require(recording.scenario.firstIndex { $0.key == "mode" })
        recording.scenario[mode].value = item.mode
        let version = try #require(recording.kernel.firstIndex { $0.key == "version" })
        recording.kernel[version].value = item.kernel.releases.text
        let replay = try StatisticalReplay(of: recording, seeds: 1...20)
        #expect(replay.judge == item.kernel)
        return replay.runs
    }

    @Test(arguments: recorded)
    func `a recorded run lies among the emulated ones, which scatter no more than twice as widely as on 6.1`(
        item: Recorded
    ) throws {
        let runs = try Self.runs(item)
        func check(
            _ value: Double?, _ name: String, spread: Double?, _ figure: (StatisticalReplay.Figures) -> Double
        ) {
            let values = runs.map(figure)
            guard let value, let low = values.min(), let high = values.max() else { return }
            #expect((low...high).contains(value), "\(name): \(value) in \(low)...\(high)")
            if let spread { #expect(high - low <= 2 * spread, "\(name): \(low)...\(high), twice \(spread)") }
        }
        let spread = item.scenario == "fs3-normal" ? Self.spreadOnOlder[item.mode] : nil
        check(item.chunks, "chunks", spread: nil, \.chunksGot)
        check(item.busy, "busy retries", spread: spread?.0, \.busyRetries)
        check(item.failed, "failed migrations", spread: spread?.1, \.migrateFailed)
    }
}
