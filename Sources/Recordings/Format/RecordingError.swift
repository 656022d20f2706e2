/// Why a file is not a usable recording, and where.
public struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        case notARecording
        case unknownRecord(String)
        case missing(String)
        case malformed(field: String, found: String, expected: String)
        case outsideArea(field: String, value: Int, pages: Int)
        case inconsistent(String)
        case cutShort
    }

    public var code: Code
    /// 1-based line of the file.
    public var line: Int

    public init(_ code: Code, line: Int) {
        self.code = code
        self.line = line
    }

    /// The reason in one line, without file and line number.
    public var description: String {
        switch code {
        case .notARecording:
            "not a recording: the first line must be '# cma oracle 1'"
        case .unknownRecord(let word):
            "unknown record '\(word)': expected area, pages, pin, alloc, release or free"
        case .missing(let what):
            "'\(what)' is missing"
        case .malformed(let field, let found, let expected):
            "\(field) is '\(found)': expected \(expected)"
        case .outsideArea(let field, let value, let pages):
            "\(field) \(value) lies outside the area of \(pages) pages"
        case .inconsistent(let what):
            what
        case .cutShort:
            "the recording ends early: a complete one has three 'pages' records and ends with 'free'"
        }
    }
}
