import FoundationEssentials

/// What submitting needs of a plan: some of its first line.
public struct PlanHead: Codable, Sendable, Hashable {
    /// A file that runs need.
    public struct File: Codable, Sendable, Hashable {
        /// From the root.
        public var path: String
    }

    /// What tells the plan from every other.
    public var hash: String
    /// Lines that follow.
    public var runs: Int
    public var plugins: [File]
    public var files: [File]

    /// Reads a plan's first line; nil for anything else.
    public init?(line: some Collection<UInt8>) {
        guard let head = try? JSONDecoder().decode(PlanHead.self, from: Data(line)), head.runs >= 0 else {
            return nil
        }
        self = head
    }

    /// The folders of everything that the runs need, in alphabetical order.
    ///
    /// - Parameter besides: paths of files that are needed besides plugins and inputs.
    public func folders(besides: [String]) -> [String] {
        let paths = besides + (plugins + files).map(\.path)
        let folders = paths.map { path in
            path.lastIndex(of: "/").map { String(path[...$0]) } ?? path
        }
        return Set(folders).sorted()
    }
}
