public import Measurement
import TextSupport

/// Rows of any columns as comma-separated values. Follows RFC 4180.
public enum RowsCSV {
    /// The first record.
    public static func head(_ columns: [String]) -> String { record(columns.map(ComparisonCSV.quoted)) }

    /// A record: a missing value is an empty field, an empty text is a pair of quotes.
    public static func row(_ values: [TableValue]) -> String { record(values.map(field)) }

    private static func record(_ fields: [String]) -> String { fields.joined(separator: ",") + "\r\n" }

    private static func field(_ value: TableValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): text.isEmpty ? "\"\"" : ComparisonCSV.quoted(text)
        case .bytes(let bytes): hexadecimal(bytes)
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
