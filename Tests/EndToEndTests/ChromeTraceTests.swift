import Foundation
import TestSupport
import Testing

/// `run --trace NAME.json`: tracks for Perfetto, held against the rules of the Trace Event Format.
@Suite struct ChromeTraceTests {
    private struct Event {
        let name: String
        let kind: String
        let ts: Double
        let dur: Double
        let track: [Int]
        let id: Int?
        let args: [String: Any]

        init(_ json: [String: Any]) throws {
            name = try #require(json["name"] as? String)
            kind = try #require(json["ph"] as? String)
            ts = try #require(json["ts"] as? Double)
            dur = json["dur"] as? Double ?? 0
            track = [try #require(json["pid"] as? Int), try #require(json["tid"] as? Int)]
            id = json["id"] as? Int
            args = json["args"] as? [String: Any] ?? [:]
        }
    }

    private func trace(_ arguments: [String]) throws -> (events: [Event], record: [String: Any]) {
        let scratch = try Scratch()
        let outcome = try Devemu.run(
            ["run"] + arguments + ["--format", "json", "--trace", scratch.path("trace.json")])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path("trace.json")))
        let json = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        let events = try #require(json["traceEvents"] as? [[String: Any]]).map { try Event($0) }
        return (events, try outcome.json())
    }

    private static let scenes = [
        ["camera.so"], ["camera.so", "codec.so", "display.so"], ["camera.so", "--area", "12M"],
        ["camera.so", "--strategy", "range-tracking"], ["camera.so", "--strategy", "pool"],
    ]

    @Test(arguments: scenes)
    func `events are in the order of time, spans in pairs, slices of a track one after the other`(
        arguments: [String]
    ) throws {
        let events = try trace(arguments).events
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.ts <= $1.ts })
        #expect(Set(events.map(\.kind)).isSubset(of: ["M", "X", "b", "e", "i", "C"]))
        // Spans: each id begins once and ends once, not before.
        let begins = events.filter { $0.kind == "b" }
        let ends = Dictionary(grouping: events.filter { $0.kind == "e" }, by: \.id)
        #expect(Set(begins.map(\.id)).count == begins.count)
        #expect(ends.count == begins.count)
        for begin in begins {
            let end = try #require(ends[begin.id])
            #expect(end.count == 1 && end[0].ts >= begin.ts && end[0].track == begin.track)
            #expect(end[0].name == begin.name)
        }
        // Slices of a track do not overlap.
        let slices = Dictionary(grouping: events.filter { $0.kind == "X" }, by: \.track)
        #expect(!slices.isEmpty)
        for (_, slices) in slices {
            for (slice, next) in zip(slices, slices.dropFirst()) { #expect(slice.ts + slice.dur <= next.ts) }
        }
        // Every track that something is on has a name, and a counter's name has its unit.
        let named = Set(events.filter { $0.name == "thread_name" }.map(\.track))
        #expect(Set(events.filter { $0.kind != "M" }.map(\.track)).isSubset(of: named))
        #expect(events.filter { $0.kind == "C" }.allSatisfy { $0.name.hasSuffix("(pages)") })
    }

    @Test func `it counts what the run counted`() throws {
        let (events, record) = try trace(["camera.so", "--area", "12M", "--mode", "fail-fast"])
        let device = try #require((record["devices"] as? [[String: Any]])?.first)
        func count(_ name: String) -> Int { events.count { $0.name == name } }
        #expect(events.count { $0.kind == "X" } == device["calls"] as? Int)
        #expect(count("busy retry") == device["busy_retries"] as? Int)
        #expect(count("cma_alloc failed") == device["failed_calls"] as? Int)
        #expect(count("cma_alloc failed") > 0)
        let peak = ((record["areas"] as? [[String: Any]])?.first?["peak"] as? [String: Any])?["held_pages"]
        let held = events.filter { $0.name == "reserved: held (pages)" }.compactMap {
            $0.args["pages"] as? Int
        }
        #expect(held.max() == peak as? Int)
        #expect(held.last == device["pages_held_at_exit"] as? Int)
    }

    @Test func `the same run writes the same bytes`() throws {
        let scratch = try Scratch()
        for name in ["one.json", "two.json"] {
            _ = try Devemu.run("run", "camera.so", "codec.so", "--trace", scratch.path(name))
        }
        #expect(try scratch.bytes(of: "one.json") == scratch.bytes(of: "two.json"))
    }
}
