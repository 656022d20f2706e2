import AllocationStrategies
import Emulation
import Foundation
import PhysicalMemory
import Testing

@testable import PluginHost

@Suite struct PluginRunIdentityTests {
    /// Beside this test program, in the folder that SwiftPM builds into.
    private let camera: String

    init() throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        camera = (program as NSString).deletingLastPathComponent + "/libdevemu-camera.so"
    }

    private func run(_ change: (inout PluginRun.Instance) -> Void = { _ in }) throws -> PluginRun {
        let machine = MachineConfiguration(
            memoryPages: 131_072, area: try #require(AreaGeometry(basePFN: 65_536, pages: 512)), seed: 1,
            start: .generated(fill: 0.5, pins: 3), forcedMode: nil)
        var instance = PluginRun.Instance(name: "camera", path: camera)
        change(&instance)
        return PluginRun(instances: [instance], machine: machine)
    }

    private func identity(
        _ files: PluginFiles = PluginFiles(), _ change: (inout PluginRun.Instance) -> Void = { _ in }
    ) throws -> [String] {
        try run(change).identity(with: files, state: nil) { "hash of \($0 == camera ? "camera" : $0)" }
    }

    private static func setting(_ name: String, _ value: String, line: Int = 1) -> PluginRun.Setting {
        .init(name: name, value: value, place: .file("a:\(line):1"))
    }

    @Test func `every parameter is part of the identity, said or not, however it is written`() throws {
        let asItIs = try identity()
        #expect(asItIs.contains("plugin hash of camera"))
        #expect(asItIs.contains("parameter buffers=4"))
        #expect(try identity { $0.settings = [Self.setting("buffers", "04")] } == asItIs)
        #expect(try identity { $0.settings = [Self.setting("buffers", "3")] } != asItIs)
        #expect(try identity { $0.name = "other" } != asItIs)
        #expect(try identity { $0.area = 1 } != asItIs)
        #expect(try identity { $0.priority = 1 } != asItIs)
        #expect(try identity { $0.strategy = .known(.chunkByChunk(.normal)) } != asItIs)
    }

    @Test func `what an event says is part of it, where it says so is not`() throws {
        func events(_ arguments: [PluginRun.Setting], at nanoseconds: UInt64, line: Int = 1) throws
            -> [String]
        {
            try identity {
                $0.events = [
                    PluginRun.Event(
                        nanoseconds: nanoseconds, operation: "start", arguments: arguments,
                        place: .file("a:\(line):1"), order: 0)
                ]
            }
        }
        let first = try events([], at: 5)
        #expect(first.contains("event 5 0 start"))
        #expect(try events([], at: 5, line: 9) == first)
        #expect(try events([], at: 6) != first)
        #expect(try events([Self.setting("sensor", "1080p")], at: 5).contains("event 5 0 start sensor=1080p"))
    }

    @Test func `an instance that changes is bound anew`() throws {
        let files = PluginFiles()
        let before = try identity(files)
        #expect(try identity(files) == before)
        #expect(try identity(files) { $0.settings = [Self.setting("buffers", "3")] } != before)
        #expect(try identity(files) == before)
        #expect(throws: PluginRun.Failure.self) {
            try identity(files) { $0.settings = [Self.setting("buffers", "99")] }
        }
    }

    /// A field that is added has to be thought of in `identity` too.
    @Test func `the identity knows every field of a run and of an instance`() throws {
        func fields(of value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        let run = try run()
        #expect(
            fields(of: run) == [
                "instances", "machine", "workload", "strategyPath", "scene", "durationNanoseconds",
                "instruments",
                "recordsHistory", "recordsCalls", "recordsLatencies", "onPhase", "onLine", "onTrace",
                "recorder", "onEnd",
                "onStop", "inspected",
            ])
        #expect(
            fields(of: run.instances[0]) == [
                "name", "path", "settings", "area", "strategy", "priority", "events", "pluginPlace",
                "strategyPlace",
            ])
    }
}
