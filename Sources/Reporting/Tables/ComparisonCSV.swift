public import Measurement
import TextSupport

/// A comparison as comma-separated values: a header, then a record for each case, device and strategy, or kernel.
/// Follows RFC 4180.
///
/// Values are in the units of their names. An empty field means that there is no value, and an empty time
/// that the device was never ready. The last column is 1 in every record of a comparison that was interrupted, else 0.
public enum ComparisonCSV {
    private typealias Field = (name: String, value: (ComparisonRow) -> String)

    /// The records, each ended by CR and LF.
    public static func render(_ comparison: Comparison) -> String {
        let mark = comparison.incomplete == nil ? "0" : "1"
        let fields = fields(comparison.noun) + [("incomplete", { _ in mark })]
        let records = [fields.map(\.name)] + comparison.rows.map { row in fields.map { $0.value(row) } }
        return records.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func fields(_ noun: String) -> [Field] {
        var fields: [Field] = [
            ("case", { $0.caseName }), ("device", { $0.device }), (noun, { $0.strategy }),
            ("runs", { "\($0.runs)" }), ("failed_runs", { "\($0.failures.count)" }),
            ("buffers_wanted", { "\($0.buffersWanted)" }), ("buffers_min", { "\($0.buffersMin)" }),
        ]
        for metric in ComparedMetric.allCases {
            let name = metric.rawValue
            fields += bounds(name) { $0[metric] }
            if metric.keepsMaximum { fields.append((name + ".max", { number($0[metric].max) })) }
            if metric.keepsPercentile { fields.append((name + ".p99", { number($0[metric].p99) })) }
        }
        return fields + bounds("time_ratio", \.timeRatio) + bounds("stall_ratio", \.stallRatio)
            + bounds("gathering_ratio", \.gatheringRatio)
    }

    private static func bounds(
        _ name: String, _ summary: @escaping (ComparisonRow) -> MetricSummary?
    ) -> [Field] {
        [
            (name, { number(summary($0)?.value) }),
            (name + ".low", { number(summary($0)?.low) }),
            (name + ".high", { number(summary($0)?.high) }),
        ]
    }

    /// The shortest text that reads back as the same number, integers without a fraction.
    private static func number(_ value: Double?) -> String {
        guard let value else { return "" }
        return Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    /// A field in quotes where it holds a separator, a quote or the end of a line.
    static func quoted(_ field: String) -> String {
        let special: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
        guard field.unicodeScalars.contains(where: special.contains) else { return field }
        var text = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
