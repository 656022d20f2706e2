/// Why a file is not what the kernel prints, and where in it.
public struct KernelFormatError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Place: Equatable, Sendable {
        case whole
        /// 1-based.
        case line(Int)
        /// In bytes, from 0.
        case offset(Int)
    }

    public var place: Place
    /// What is wrong and what would be right, in one line.
    public var reason: String

    public init(_ place: Place, _ reason: String) {
        self.place = place
        self.reason = reason
    }

    /// - Parameter line: 1-based; 0 for the file as a whole.
    public init(line: Int, _ reason: String) { self.init(line > 0 ? .line(line) : .whole, reason) }

    /// The line, 1-based; nil for another place.
    public var line: Int? {
        if case .line(let line) = place { line } else { nil }
    }

    /// With the name of the file: `meminfo:3: …` or `kpageflags: byte 24: …`.
    public func description(in file: String) -> String {
        switch place {
        case .whole: "\(file): \(reason)"
        case .line(let line): "\(file):\(line): \(reason)"
        case .offset(let offset): "\(file): byte \(offset): \(reason)"
        }
    }

    public var description: String { description(in: "the file") }
}
