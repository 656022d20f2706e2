import Foundation
import Measurement
import Testing

/// The JSON form of a run, schema `devemu.run/1`: other programs read it, so its keys are fixed.
@Suite struct RunRecordTests {
    private func run(_ devices: [DeviceRecord]) -> RunRecord {
        var counts = PageCounts()
        counts.free = 1
        counts.movable = 2
        counts.pinned = 3
        counts.held = 4
        return RunRecord(
            seed: .max, mode: "cached", costs: "linux-6.1-qemu", memoryPages: 131_072,
            areas: [
                AreaRecord(
                    name: "reserved", basePFN: 65_536, pages: 16_384, orderPerBit: 2, start: counts,
                    strip: [counts], left: RemainderRecord(orders: 11),
                    peak: PeakRecord(
                        nanoseconds: 5, heldPages: 160,
                        by: [.init(device: "isp", pages: 100), .init(device: nil, pages: 60)]),
                    series: [
                        AreaSample(nanoseconds: 6, heldPages: 150, left: RemainderRecord(orders: 11))
                    ])
            ],
            plugins: [
                PluginRecord(
                    name: "front", id: "camera", version: "1.2", contentHash: "cbf29ce484222325",
                    parameters: [.init(name: "frames", value: "30")])
            ],
            devices: devices, log: [LogLine(nanoseconds: 7, level: 6, text: "ready")],
            elapsedNanoseconds: 99, scene: SceneRecord(name: "quick", summary: "s", startNanoseconds: 5),
            failures: [
                OperationFailure(
                    instance: "front", operation: "still", nanoseconds: 3, code: -12, errno: "ENOMEM")
            ])
    }

    private func device() -> DeviceRecord {
        var device = DeviceRecord(name: "isp")
        device.buffersWanted = 8
        device.buffersMin = 4
        device.buffersGot = 6
        device.chunks = 10
        device.chunkPages = 16
        device.calls = 12
        device.failedCalls = 2
        device.busyRetries = 40
        device.pagesMigrated = 500
        device.pagesDropped = 7
        device.drains = 9
        device.interrupts = 8
        device.othersWaitedNanoseconds = 11
        device.gatheringNanoseconds = 2_000_000
        device.pagesHeldAtExit = 160
        device.timeToSatisfactionNanoseconds = 1_000_000
        device.callNanoseconds = LatencySummary(p50: 1, p99: 2, max: 3)
        device.framesDelivered = 21
        device.framesDropped = 22
        device.framesRepeated = 23
        device.underruns = 24
        device.framesDamaged = 25
        device.sizeMismatchedReleases = 26
        device.addViolation("wrong")
        device.sets = [
            BufferSetRecord(
                name: "raw", wanted: 8, minimum: 4, got: 0, openedNanoseconds: 0,
                lastBufferNanoseconds: nil, closedNanoseconds: nil)
        ]
        device.leaks = [LeakRecord(set: nil, buffer: nil, pages: 160)]
        return device
    }

    private func object(_ value: some Encodable) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value))
        return try #require(json as? [String: Any])
    }

    @Test func `a device has exactly the keys of the schema`() throws {
        let keys = try object(device()).keys
        #expect(
            Set(keys) == [
                "name", "area", "strategy", "buffers_wanted", "buffers_min", "buffers_got", "satisfied",
                "chunks", "chunk_pages",
                "calls",
                "failed_calls", "busy_retries", "pages_migrated", "pages_dropped", "drains", "ipis",
                "others_waited_ns", "gathering_ns", "pages_held_at_exit", "time_to_satisfaction_ns",
                "call_ns", "frames_delivered", "frames_dropped", "frames_repeated", "underruns",
                "frames_damaged", "size_mismatched_releases", "violations", "violation_count", "sets",
                "leaks",
            ])
    }

    @Test func `every figure of a device is under its own key`() throws {
        let object = try object(device())
        #expect(object["name"] as? String == "isp")
        #expect(object["satisfied"] as? Bool == true)
        let figures = [
            "buffers_wanted": 8, "buffers_min": 4, "buffers_got": 6, "chunks": 10, "chunk_pages": 16,
            "calls": 12,
            "failed_calls": 2, "busy_retries": 40, "pages_migrated": 500, "pages_held_at_exit": 160,
            "time_to_satisfaction_ns": 1_000_000, "pages_dropped": 7, "drains": 9, "ipis": 8,
            "others_waited_ns": 11, "gathering_ns": 2_000_000, "frames_delivered": 21,
            "frames_dropped": 22, "frames_repeated": 23, "underruns": 24, "frames_damaged": 25,
            "size_mismatched_releases": 26, "violation_count": 1,
        ]
        for (key, figure) in figures { #expect(object[key] as? Int == figure, "\(key)") }
        #expect(object["call_ns"] as? [String: Int] == ["p50": 1, "p99": 2, "max": 3])
    }

    @Test func `a set has all its keys, null for what did not happen`() throws {
        let sets = try #require(try object(device())["sets"] as? [[String: Any]])
        let set = try #require(sets.first)
        #expect(
            Set(set.keys) == ["name", "wanted", "min", "got", "opened_ns", "last_buffer_ns", "closed_ns"])
        #expect(set["last_buffer_ns"] is NSNull && set["closed_ns"] is NSNull)
        #expect(set["min"] as? Int == 4)
    }

    @Test func `a leak that is part of no buffer says so with null`() throws {
        let leaks = try #require(try object(device())["leaks"] as? [[String: Any]])
        #expect(leaks.count == 1)
        #expect(leaks[0]["set"] is NSNull && leaks[0]["buffer"] is NSNull)
        #expect(leaks[0]["pages"] as? Int == 160)
    }

    @Test func `violations past the limit are counted, not kept`() {
        var device = DeviceRecord(name: "isp")
        for number in 0..<DeviceRecord.violationLimit + 3 { device.addViolation("\(number)") }
        #expect(device.violations.count == DeviceRecord.violationLimit)
        #expect(device.violations.last == "\(DeviceRecord.violationLimit - 1)")
        #expect(device.violationCount == DeviceRecord.violationLimit + 3)
    }

    @Test func `a time to satisfaction that there was not is null, not absent`() throws {
        var device = device()
        device.satisfied = false
        device.timeToSatisfactionNanoseconds = nil
        let object = try object(device)
        #expect(object["time_to_satisfaction_ns"] is NSNull)
        #expect(object["satisfied"] as? Bool == false)
    }

    @Test func `a run has exactly the keys of the schema, at every level`() throws {
        let run = try object(run([device()]))
        #expect(
            Set(run.keys) == [
                "schema", "seed", "mode", "costs", "memory_pages", "areas", "plugins", "devices", "log",
                "elapsed_ns", "scene", "failures", "outcome", "protocol_violations",
                "protocol_violation_count",
            ])
        #expect(run["schema"] as? String == "devemu.run/1")
        let area = try #require((run["areas"] as? [[String: Any]])?.first)
        #expect(
            Set(area.keys) == [
                "name", "base_pfn", "pages", "order_per_bit", "start", "strip", "left", "peak", "series",
            ])
        let peak = try #require(area["peak"] as? [String: Any])
        #expect(peak["t_ns"] as? Int == 5 && peak["held_pages"] as? Int == 160)
        let shares = try #require(peak["by"] as? [[String: Any]])
        #expect(shares.map { $0["device"] as? String } == ["isp", nil])
        #expect(shares.allSatisfy { $0.keys.contains("device") && $0["pages"] is Int })
        let sample = try #require((area["series"] as? [[String: Any]])?.first)
        #expect(
            Set(sample.keys) == [
                "t_ns", "free_pages", "held_pages", "largest_run_pages", "usable_chunks", "by",
            ])
        let left = try #require(area["left"] as? [String: Any])
        #expect(Set(left.keys) == ["free_pages", "largest_run_pages", "usable_chunks"])
        #expect(area["start"] as? [String: Int] == ["free": 1, "movable": 2, "pinned": 3, "held": 4])
        let plugin = try #require((run["plugins"] as? [[String: Any]])?.first)
        #expect(
            Set(plugin.keys) == [
                "name", "id", "version", "content_hash", "parameters", "operations", "failed_operations",
                "late_operations", "latest_ns",
            ])
        let scene = try #require(run["scene"] as? [String: Any])
        #expect(Set(scene.keys) == ["name", "summary", "start_ns"])
        let failure = try #require((run["failures"] as? [[String: Any]])?.first)
        #expect(Set(failure.keys) == ["instance", "operation", "t_ns", "code", "errno"])
        let parameter = try #require((plugin["parameters"] as? [[String: String]])?.first)
        #expect(parameter == ["name": "frames", "value": "30"])
        let line = try #require((run["log"] as? [[String: Any]])?.first)
        #expect(Set(line.keys) == ["t_ns", "level", "text"])
        #expect((run["devices"] as? [[String: Any]])?.count == 1)
    }

    @Test func `what is written is read back the same`() throws {
        var waiting = device()
        waiting.timeToSatisfactionNanoseconds = nil
        let run = run([device(), waiting])
        let data = try JSONEncoder().encode(run)
        #expect(try JSONDecoder().decode(RunRecord.self, from: data) == run)
    }

    @Test func `a run is satisfied when every device is`() {
        var poor = device()
        poor.satisfied = false
        #expect(run([device(), device()]).satisfied)
        #expect(!run([device(), poor]).satisfied)
        #expect(run([]).satisfied)
    }
}
