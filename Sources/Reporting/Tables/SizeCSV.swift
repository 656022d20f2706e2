public import Measurement

/// The curves of `devemu size` as comma-separated values: a header, then for each size a record for all
/// devices together, without a name, and one for each of them. The last column is 1 in every record of a result that
/// is incomplete because the command was interrupted, else 0. Follows RFC 4180.
public enum SizeCSV {
    /// The records, each ended by CR and LF.
    public static func render(_ result: SizeResult) -> String {
        var records = [
            [
                "area", "area_mib", "answer", "device", "satisfied", "runs", "share", "low", "high",
                "incomplete",
            ]
        ]
        for area in result.areas {
            for point in area.curve {
                func add(_ device: String, _ satisfied: Int) {
                    let interval = WilsonInterval.share(satisfied, of: point.runs)
                    records.append([
                        area.name, "\(ResultPages.mebibytes(point.pages))",
                        point.pages == area.pages ? "1" : "0", device,
                        "\(satisfied)", "\(point.runs)", "\(Double(satisfied) / Double(point.runs))",
                        interval.map { "\($0.low)" } ?? "", interval.map { "\($0.high)" } ?? "",
                        result.incomplete == nil ? "0" : "1",
                    ])
                }
                add("", point.successes)
                for device in point.devices { add(device.name, device.satisfied) }
            }
        }
        return records.map { $0.map(ComparisonCSV.quoted).joined(separator: ",") + "\r\n" }.joined()
    }
}
