import TextSupport

/// A name that is none of a sweep's factors: one line that says which there are.
public struct SweepFactorError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ name: String, factors: [String], keys: [String]) {
        if keys.contains(name) || name == SweepFactor.strategy {
            description = "\(quoted(name)) is the same in all of these runs"
        } else if let near = Spelling.nearest(to: name, among: factors) {
            description = "\(quoted(name)) does not vary; did you mean \(near)?"
        } else if factors.isEmpty {
            description = "\(quoted(name)) does not vary, nor does anything but the seed"
        } else {
            description = "\(quoted(name)) does not vary; there are \(factors.joined(separator: ", "))"
        }
    }
}
