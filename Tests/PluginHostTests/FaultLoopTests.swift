import Emulation
import Foundation
import Measurement
import PhysicalMemory
import Testing

@testable import PluginHost

/// The shipped plugins when the n-th call of a host function fails, for every n: they come to an end, and
/// give everything back that they can.
@Suite struct FaultLoopTests {
    struct Case: Sendable {
        let plugin: String
        /// Its area, MiB.
        let area: Int
        let settings: [(String, String)]
        /// Each at its own second.
        let operations: [(name: String, settings: [(String, String)])]
    }

    static let cases = [
        Case(
            plugin: "camera", area: 16,
            settings: [
                ("width", "64"), ("height", "32"), ("sensor", "720p"), ("raw_buffers", "2"), ("buffers", "1"),
                ("min_buffers", "1"), ("preview_buffers", "0"), ("full_buffers", "1"), ("jpeg_buffers", "1"),
                ("jpeg_kib", "64"),
                ("shots", "1"), ("frames", "1"), ("memory", "contiguous"),
            ],
            operations: [("start", []), ("still", []), ("zsl", []), ("stop", [])]),
        Case(
            plugin: "codec", area: 16,
            settings: [
                ("width", "128"), ("height", "96"), ("level", "1"), ("slack", "0"), ("hold", "0"),
                ("bitstream_buffers", "1"), ("bitstream_kib", "16"), ("frames", "1"), ("variant", "hantro"),
            ],
            operations: [
                ("start", []), ("resize", [("width", "96"), ("realloc", "alloc-first")]),
                ("encode", [("internal", "2"), ("variant", "coda")]), ("stop", []),
            ]),
        Case(
            plugin: "display", area: 32,
            settings: [
                ("mode", "720p"), ("buffers", "2"), ("frames", "1"), ("overlay_width", "64"),
                ("overlay_height", "32"), ("overlay_buffers", "2"),
            ],
            operations: [("modeset", []), ("overlay", []), ("hotplug", []), ("off", [])]),
    ]

    private static func run(_ item: Case, _ rules: [FaultRule]) throws -> RunRecord {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = (program as NSString).deletingLastPathComponent
        func settings(_ pairs: [(String, String)]) -> [PluginRun.Setting] {
            pairs.map { .init(name: $0.0, value: $0.1, place: .option(prefix: "")) }
        }
        var instance = PluginRun.Instance(
            name: "it", path: "\(folder)/libdevemu-\(item.plugin).so", settings: settings(item.settings))
        instance.events = item.operations.enumerated().map { index, operation in
            .init(
                nanoseconds: UInt64(index) * 1_000_000_000, operation: operation.name,
                arguments: settings(operation.settings), place: .option(prefix: ""), order: index)
        }
        var run = PluginRun(
            instances: [instance],
            machine: MachineConfiguration(
                memoryPages: 8192 + item.area << 8,
                area: try #require(AreaGeometry(basePFN: 8192, pages: item.area << 8)), seed: 1,
                start: .generated(fill: 0, pins: 0), forcedMode: nil))
        run.scene = ("fault loop", "")
        run.instruments = .init(rules: rules)
        return try run.execute()
    }

    @Test(arguments: cases.indices)
    func `the n-th call fails, for every n, and nothing is kept or used too long`(number: Int) async {
        // One plugin a process, as ever.
        await #expect(processExitsWith: .success) { [number] in try Self.loop(Self.cases[number]) }
    }

    private static func loop(_ item: Case) throws {
        let undisturbed = try run(item, [])
        #expect(undisturbed.satisfied && undisturbed.failures.isEmpty)
        #expect(undisturbed.devices.allSatisfy { $0.pagesHeldAtExit == 0 && $0.violations.isEmpty })
        for called in undisturbed.hostCalls?.functions ?? [] {
            let function = try #require(HostFunction.allCases.first { "\($0)" == called.name })
            guard function.canFail else { continue }
            for number in 1... {
                let rule = FaultRule(.fail(errorNumber: nil), function, .only(number))
                let record = try run(item, [rule])
                guard record.hostCalls?.injected.first?.calls == 1 else {
                    #expect(number > 1)
                    break
                }
                for device in record.devices {
                    #expect(device.violations == [], "\(rule)")
                    // Pages whose release failed are lost, and no others.
                    #expect(device.pagesHeldAtExit == 0 || function == .cmaRelease, "\(rule)")
                    #expect(device.leaks.count <= 1, "\(rule)")
                }
                // An operation that cannot work says so with an error number.
                #expect(record.failures.allSatisfy { (-4095..<0).contains($0.code) }, "\(rule)")
            }
        }
    }
}
