import PhysicalMemory
import Testing

@testable import Recordings

/// Emulated time against recorded time, and the fit of one to the other.
@Suite struct CostFitTests {
    /// Total time of a run on the recorded machine: the fastest and the slowest of five repeats, ms.
    struct Repeats: Sendable {
        var name: String
        var fastest: Double
        var slowest: Double
    }

    static let repeats = [
        Repeats(name: "chunk4800-pins100-cached", fastest: 1148.7, slowest: 1549.8),
        Repeats(name: "chunk4800-pins100-failfast", fastest: 1018.1, slowest: 1363.2),
        Repeats(name: "chunk4800-pins100-normal", fastest: 10912.9, slowest: 16163.6),
        Repeats(name: "pins100-cached", fastest: 335.1, slowest: 367.5),
        Repeats(name: "pins100-failfast", fastest: 208.9, slowest: 287.6),
        Repeats(name: "pins100-nodrain", fastest: 1821.1, slowest: 2207.2),
        Repeats(name: "pins100-noretry", fastest: 2659.7, slowest: 3413.5),
        Repeats(name: "pins100-normal", fastest: 2767.2, slowest: 3316.8),
    ]

    /// All recordings of the package, replayed once.
    static let samples = Result {
        try RecordedKernels.names.map { try CostSamples(of: RecordedKernels.recording($0), name: $0) }
    }

    @Test(arguments: repeats)
    func `emulated time lies within the repeats of the recorded run`(run: Repeats) throws {
        let replay = try Replay(of: RecordedKernels.recording(run.name))
        let emulated = Double(replay.emulatedNanoseconds) / 1e6
        #expect(emulated >= run.fastest * 0.85)
        #expect(emulated <= run.slowest * 1.15)
    }

    @Test func `emulated time is that of the recordings but for 30 percent`() throws {
        let ratios = try Self.samples.get().map { $0.ratio(.qemu) }
        #expect(ratios.count >= 37)
        #expect(CostFit.meanError(ratios) <= 0.30)
        for ratio in ratios { #expect((0.4...2).contains(ratio)) }
    }

    @Test func `the shipped costs are what calibration finds`() throws {
        let fit = CostFit(of: try Self.samples.get(), base: .qemu)
        #expect(fit.kept == [.migrateAttempt, .dropPage])
        // The package lacks seven recordings of those that the shipped costs were fitted to.
        for step in [CostStep.window, .isolateStep, .disableLRUWindow, .migratePage, .releasePage] {
            let (found, shipped) = (fit.profile.nanoseconds(step), CostProfile.qemu.nanoseconds(step))
            #expect(abs(found - shipped) <= 0.25 * shipped, "\(step)")
        }
        for file in try Self.samples.get() {
            #expect((0.85...1.15).contains(file.ratio(fit.profile) / file.ratio(.qemu)), "\(file.name)")
        }
        for factor in fit.factors { #expect((0.5...2).contains(factor)) }
    }

    @Test func `recordings that were left out are met as well`() throws {
        let all = try Self.samples.get()
        var ratios: [Double] = []
        for fold in 0..<4 {
            let train = all.indices.filter { $0 % 4 != fold }.map { all[$0] }
            let fit = CostFit(of: train, base: .qemu)
            ratios += all.indices.filter { $0 % 4 == fold }.map { all[$0].ratio(fit.profile) }
        }
        #expect(CostFit.meanError(ratios) <= 0.30)
    }

    @Test func `costs change the time of a replay and nothing else`() throws {
        let recording = try RecordedKernels.recording("order6-normal")
        let qemu = try Replay(of: recording)
        let other = try Replay(of: recording, costs: .cortexA72)
        #expect(other.exact == qemu.exact)
        #expect(other.kernelNanoseconds == qemu.kernelNanoseconds)
        #expect(other.emulatedNanoseconds < qemu.emulatedNanoseconds)
        let samples = try CostSamples(of: recording, name: "")
        #expect(samples.recordedNanoseconds == qemu.kernelNanoseconds)
        #expect(abs(samples.emulatedNanoseconds(.qemu) - Double(qemu.emulatedNanoseconds)) < 2)
    }

    // MARK: Recordings with known costs

    /// The recording as a machine with the given costs would have left it.
    private func doctored(
        _ name: String, costs: CostProfile, factor: Double = 1, stall: Int = 0
    ) throws -> Recording {
        var recording = try RecordedKernels.recording(name)
        let mode = try #require(AllocationMode(named: recording.mode))
        var works: [Work] = []
        _ = try Replay(of: recording, mode: mode, unrecorded: UnrecordedStart(), costs: costs) {
            works.append($1)
            #expect($2)
        }
        var done = 0
        for index in recording.steps.indices {
            func time(_ component: CostComponent) -> Int {
                let sum = component.steps.reduce(0.0) {
                    $0 + Double(works[done][$1]) * costs.nanoseconds($1)
                }
                return Int((sum * factor).rounded())
            }
            switch recording.steps[index] {
            case .allocate(var call):
                call.isolateNanoseconds = time(.isolate)
                call.disableLRUNanoseconds = time(.disableLRU)
                call.migrateNanoseconds = time(.migrate)
                call.drainNanoseconds = time(.drain)
                let first = Double(works[done][.firstCall]) * costs.nanoseconds(.firstCall) * factor
                call.nanoseconds =
                    call.isolateNanoseconds + call.disableLRUNanoseconds + call.migrateNanoseconds
                    + call.drainNanoseconds + time(.rest) + Int(first)
                if stall > 0, done % 97 == 50 {
                    call.migrateNanoseconds += stall
                    call.nanoseconds += stall
                }
                recording.steps[index] = .allocate(call)
                done += 1
            case .release(let offset, let count, let accepted, _, _):
                recording.steps[index] = .release(
                    offset: offset, count: count, accepted: accepted, nanoseconds: time(.release))
                done += 1
            case .pages, .pin, .free, .zone, .lists, .folios: break
            }
        }
        return recording
    }

    private static let names = [
        "mix-normal", "scene31-normal", "order6-normal", "pins10-failfast", "percpu21-normal", "bitmap-1",
    ]

    @Test func `known costs are found again, whatever the speed of each machine`() throws {
        let truth = CostProfile.cortexA72
        let speeds = [0.5, 2, 0.8, 1.25, 1.6, 0.625]
        let samples = try zip(Self.names, speeds).map {
            try CostSamples(of: doctored($0, costs: truth, factor: $1), name: $0)
        }
        let fit = CostFit(of: samples, base: .qemu)
        for step in CostStep.allCases where !fit.kept.contains(step) {
            let (found, known) = (fit.profile.nanoseconds(step), truth.nanoseconds(step))
            #expect(abs(found - known) <= 0.08 * known + 1, "\(step)")
        }
        for (factor, speed) in zip(fit.factors, speeds) { #expect(abs(factor / speed - 1) < 0.02) }
    }

    @Test func `a stall now and then costs little`() throws {
        let truth = CostProfile.qemu
        let samples = try Self.names.map {
            try CostSamples(of: doctored($0, costs: truth, stall: 5_000_000), name: $0)
        }
        let fit = CostFit(of: samples, base: .cortexA72)
        for step in [CostStep.isolateStep, .disableLRUWindow, .migratePage, .window] {
            let (found, known) = (fit.profile.nanoseconds(step), truth.nanoseconds(step))
            #expect(abs(found - known) <= 0.15 * known, "\(step)")
        }
    }

    @Test func `a step that no recording took keeps its cost, and none is negative`() throws {
        let samples = [
            try CostSamples(of: RecordedKernels.recording("pins10-failfast"), name: "pins10-failfast")
        ]
        let fit = CostFit(of: samples, base: .cortexA72)
        #expect(
            fit.kept == [
                .disableLRUFirst, .disableLRUWindow, .disableLRUPerCPU, .migrateAttempt, .dropPage,
                .drainWindow, .drainPages, .release, .releasePage,
            ])
        for step in fit.kept {
            #expect(fit.profile.nanoseconds(step) == CostProfile.cortexA72.nanoseconds(step))
        }
        #expect(abs(samples[0].ratio(fit.profile) - 1) < 0.1)
        #expect(fit.factors == [1])
    }

    @Test func `nothing recorded leaves the base profile as it is`() {
        let fit = CostFit(of: [], base: .cortexA72)
        #expect(fit.profile == .cortexA72)
        #expect(fit.kept == CostStep.allCases)
    }

    @Test func `the error of ratios counts too fast as much as too slow`() {
        #expect(CostFit.meanError([]) == 0)
        #expect(abs(CostFit.meanError([2, 0.5]) - 1) < 1e-12)
    }

    @Test func `the recording of a busy machine is refused`() throws {
        var recording = try Sample.recording()
        recording.scenario.append(.init(key: "bg", value: "2"))
        #expect(throws: RecordingError.self) { try CostSamples(of: recording, name: "") }
    }
}
