/// A reader of something that comes from outside, as a fuzzer feeds it.
///
/// Its name is that of its folders in `Tests/Fuzz/Corpus` and `Tests/Fuzz/Findings`.
public struct FuzzTarget: Sendable {
    public let name: String
    private let body: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ body: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Every target, in the order in which `make fuzz` runs them.
    public static let all = [
        plugin, note, signature, scene, recording, ftrace, log, explanation, capture, deviceTree, frames,
        worker, record, text, grid, plan, store,
    ]

    /// Reads `bytes`: whatever they are, they are accepted or refused.
    ///
    /// - Throws: ``Finding`` when what was read, or the refusal, is not as it should be. A trap is a
    ///   finding as well.
    public func run(_ bytes: [UInt8]) throws { try body(bytes) }
}

/// A promise of a reader that an input broke.
public struct Finding: Error, CustomStringConvertible {
    public let description: String
}

/// Throws a ``Finding`` unless the promise is kept.
func promise(_ isKept: Bool, _ text: @autoclosure () -> String) throws {
    guard isKept else { throw Finding(description: text()) }
}

/// A refusal is one line that says something.
func checkRefusal(_ text: String) throws {
    try promise(!text.isEmpty, "an empty refusal")
    try promise(!text.contains(where: \.isNewline), "a refusal of several lines: \(text)")
}
