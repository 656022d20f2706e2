import Foundation
import TestSupport
import Testing

/// `run --format openmetrics`, held against the text format of the OpenMetrics specification.
@Suite struct OpenMetricsTests {
    private static let sample =
        #"^([a-z_]+)(\{[a-z_]+="(\\.|[^"\\\n])*"(,[a-z_]+="(\\.|[^"\\\n])*")*\})? [0-9.]+$"#

    @Test(arguments: [["camera.so"], ["camera.so", "codec.so"], ["camera.so", "--area", "12M"]])
    func `every line is a sample of the family that was announced, and the last is the end`(
        arguments: [String]
    ) throws {
        let text = try Devemu.run(["run"] + arguments + ["--format", "openmetrics"]).text
        #expect(text.hasSuffix("\n# EOF\n"))
        let sample = try Regex(Self.sample)
        var family = ""
        var families: Set<String> = []
        let suffixes = ["info": "_info", "counter": "_total"]
        var type = ""
        for line in text.split(separator: "\n").dropLast() {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                (family, type) = (String(words[2]), String(words[3]))
                #expect(families.insert(family).inserted, "\(family) is there twice")
            } else if line.hasPrefix("# UNIT ") {
                #expect(words[2] == family && family.hasSuffix("_\(words[3])"))
            } else if line.hasPrefix("# HELP ") {
                #expect(words[2] == family)
            } else {
                #expect(try sample.wholeMatch(in: line) != nil, "\(line)")
                let name = line.prefix { $0 != "{" && $0 != " " }
                let allowed = type == "summary" ? ["", "_count"] : [suffixes[type] ?? ""]
                #expect(allowed.contains { name == family + $0 }, "\(line)")
            }
        }
    }

    @Test func `it says what the record says`() throws {
        let text = try Devemu.run("run", "camera.so", "--format", "openmetrics").text
        let record = try Devemu.run("run", "camera.so", "--format", "json").json()
        let device = try #require((record["devices"] as? [[String: Any]])?.first)
        for (metric, key) in [("cma_alloc_calls_total", "calls"), ("buffers", "buffers_got")] {
            let value = try #require(device[key] as? Int)
            #expect(text.contains("\ndevemu_device_\(metric){device=\"camera\"} \(value)\n"))
        }
    }
}
