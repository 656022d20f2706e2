/// What a helper of the tests needed and did not find.
package struct UnmetDemand: Error, CustomStringConvertible {
    package var description: String
}

/// The value, or an error that says where it was missing.
package func demand<Value>(
    _ value: Value?, _ missing: @autoclosure () -> String = "no value", file: String = #fileID,
    line: Int = #line
) throws -> Value {
    guard let value else { throw UnmetDemand(description: "\(file):\(line): \(missing())") }
    return value
}

/// An error that says where the condition did not hold.
package func demand(
    _ holds: Bool, _ complaint: @autoclosure () -> String = "does not hold", file: String = #fileID,
    line: Int = #line
) throws {
    guard holds else { throw UnmetDemand(description: "\(file):\(line): \(complaint())") }
}
