import Measurement
import Testing
import TextSupport

@testable import Reporting

@Suite struct ComparisonCSVTests {
    /// Reads RFC 4180 back, the plain way.
    private func records(_ text: String) -> [[String]] {
        var records: [[String]] = [[""]]
        var isQuoted = false
        var scalars = Array(text.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            let last = records.count - 1
            if isQuoted {
                if scalar != "\"" {
                    records[last][records[last].count - 1].unicodeScalars.append(scalar)
                } else if scalars.first == "\"" {
                    scalars.removeFirst()
                    records[last][records[last].count - 1] += "\""
                } else {
                    isQuoted = false
                }
            } else if scalar == "\"" {
                isQuoted = true
            } else if scalar == "," {
                records[last].append("")
            } else if scalar == "\r", scalars.first == "\n" {
                scalars.removeFirst()
                records.append([""])
            } else {
                records[last][records[last].count - 1].unicodeScalars.append(scalar)
            }
        }
        return records.dropLast()
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""),
        ("say \"no\"", "\"say \"\"no\"\"\""),
        ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""),
    ])
    func `a field is quoted where it must be, and only there`(field: String, text: String) {
        #expect(ComparisonCSV.quoted(field) == text)
    }

    @Test func `every record has a field for each title, and every line ends in CR LF`() {
        let text = ComparisonCSV.render(SampleComparison.comparison)
        let records = records(text)
        #expect(records.count == 1 + SampleComparison.comparison.rows.count)
        #expect(Set(records.map(\.count)) == [7 + 3 * ComparedMetric.allCases.count + 2 + 9 + 1])
        #expect(Set(records[0]).count == records[0].count)
        #expect(text.utf8.suffix(2).elementsEqual([13, 10]))
    }

    @Test func `values stand under their titles, nothing where there is none`() throws {
        let samples = [5.0, 7].enumerated().map { seed, time in
            RunSample(
                caseName: "a, \"b\"", device: "camera", strategy: "normal", seed: UInt64(seed),
                buffersWanted: 4,
                buffersMin: 2, values: [.satisfied: 1, .timeToSatisfaction: time, .longestStall: 2.5])
        }
        let records = records(ComparisonCSV.render(Comparison(samples: samples, reference: "normal")))
        let row = Dictionary(uniqueKeysWithValues: zip(records[0], records[1]))
        #expect(row["case"] == "a, \"b\"")
        #expect(row["strategy"] == "normal")
        #expect(row["runs"] == "2")
        #expect(row["failed_runs"] == "0")
        #expect(row["time_to_satisfaction_ns"] == "6")
        #expect(row["time_to_satisfaction_ns.low"] == "5")
        #expect(row["time_to_satisfaction_ns.high"] == "7")
        #expect(row["time_to_satisfaction_ns.p99"] == "7")
        #expect(row["stall_max_ns.max"] == "2.5")
        #expect(row["drains"] == "")
        #expect(row["time_ratio"] == "1")
    }
}
