public import Measurement
public import TextSupport

/// A record with a number out of bounds.
public struct ImpossibleRecord: Error, CustomStringConvertible {
    /// The field and its number.
    public let description: String
}

extension JSONText {
    /// Decodes a record of a run that comes from outside: from a file, or from a worker.
    ///
    /// - Throws: `DecodingError`, or ``ImpossibleRecord`` for a number that is out of bounds.
    public static func record(from bytes: [UInt8]) throws -> RunRecord {
        let record = try decode(RunRecord.self, from: bytes)
        if let violation = record.boundsViolation {
            throw ImpossibleRecord(description: "\(violation), which is out of bounds")
        }
        return record
    }
}
