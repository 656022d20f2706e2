/// A value of a table of results.
public enum TableValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    /// Bytes that are no text.
    case bytes([UInt8])
}

/// What the values of a column are, apart from those that are not there.
public enum TableType: String, Sendable, CaseIterable {
    case integer, real, text
}
