public import Measurement
import TextSupport

/// Rows of any columns as JSON objects, the columns in their order.
public struct RowsJSON {
    private let names: [String]

    public init(columns: [String]) throws { names = try columns.map(Self.quoted) }

    /// A row in one line, without its end.
    public func row(_ values: [TableValue]) throws -> String {
        var members: [String] = []
        for (name, value) in zip(names, values) { members.append("\(name):\(try Self.text(value))") }
        return "{\(members.joined(separator: ","))}"
    }

    private static func text(_ value: TableValue) throws -> String {
        switch value {
        case .null: "null"
        case .integer(let number): "\(number)"
        // JSON has no infinity.
        case .real(let number): number.isFinite ? "\(number)" : "null"
        case .text(let text): try quoted(text)
        case .bytes(let bytes): try quoted(RowsCSV.hexadecimal(bytes))
        }
    }

    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSONText.line(text).dropLast(), as: UTF8.self)
    }
}
