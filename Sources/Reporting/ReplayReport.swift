import PhysicalMemory
public import Recordings

/// The result of `devemu replay`; its JSON form is the schema `devemu.replay/1`.
public struct ReplayReport: Encodable, Sendable {
    public struct File: Encodable, Sendable {
        public var file: String
        public var kind = "decisions"
        public var mode: String
        public var calls: Int
        public var exact: Int
        public var firstDifference: Difference?
        public var kernelNanoseconds: Int
        public var emulatedNanoseconds: Int
        public var wallNanoseconds: Int

        enum CodingKeys: String, CodingKey {
            case file, kind, mode, calls, exact
            case firstDifference = "first_difference"
            case kernelNanoseconds = "kernel_ns"
            case emulatedNanoseconds = "emulated_ns"
            case wallNanoseconds = "wall_ns"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(kind, forKey: .kind)
            try container.encode(mode, forKey: .mode)
            try container.encode(calls, forKey: .calls)
            try container.encode(exact, forKey: .exact)
            try container.encode(firstDifference, forKey: .firstDifference)
            try container.encode(kernelNanoseconds, forKey: .kernelNanoseconds)
            try container.encode(emulatedNanoseconds, forKey: .emulatedNanoseconds)
            try container.encode(wallNanoseconds, forKey: .wallNanoseconds)
        }
    }

    public struct Difference: Encodable, Sendable {
        public struct Side: Encodable, Sendable {
            /// Pages from the area's base, -1 for none, as a recording writes it.
            public var offset: Int
            public var ret: Int
            public var busy: [Int]

            init(_ decision: Replay.Decision) {
                offset = decision.offset ?? -1
                ret = decision.errno
                busy = decision.busy
            }
        }

        public var call: Int
        public var count: Int
        public var align: Int
        public var kernel: Side
        public var emulated: Side
    }

    public var schema = "devemu.replay/1"
    public var files: [File] = []

    public init() {}

    public mutating func add(_ replay: Replay, file: String, wallNanoseconds: Int) {
        files.append(
            File(
                file: file, mode: replay.mode.name, calls: replay.calls, exact: replay.exact,
                firstDifference: replay.differences.first.map {
                    Difference(
                        call: $0.call, count: $0.request.count, align: $0.request.align,
                        kernel: .init($0.kernel), emulated: .init($0.emulated))
                },
                kernelNanoseconds: replay.kernelNanoseconds,
                emulatedNanoseconds: replay.emulatedNanoseconds, wallNanoseconds: wallNanoseconds))
    }

    /// Whether every call of every file was decided as the kernel decided it.
    public var allExact: Bool { files.allSatisfy { $0.exact == $0.calls } }

    /// A line a file, and one more for the first difference of a file that has one.
    public func text(style: TextStyle) -> String {
        let width = files.map { $0.file.count }.max() ?? 0
        var lines: [String] = []
        for file in files {
            let name = file.file + String(repeating: " ", count: width - file.file.count)
            let exact = "\(file.exact) of \(file.calls) calls exact"
            let good = file.exact == file.calls
            lines.append(
                "\(name)  \(style.paint(exact, good ? .green : .red)), mode \(file.mode), "
                    + "kernel \(Human.duration(UInt64(file.kernelNanoseconds))), "
                    + "emulated \(Human.duration(UInt64(file.emulatedNanoseconds))) "
                    + "in \(Human.duration(UInt64(file.wallNanoseconds)))")
            if let difference = file.firstDifference {
                lines.append(
                    "  first difference: call \(difference.call), count \(difference.count) align "
                        + "\(difference.align): kernel \(Self.text(difference.kernel)), "
                        + "emulated \(Self.text(difference.emulated))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ side: Difference.Side) -> String {
        let result = side.offset >= 0 ? "offset \(side.offset)" : "ret \(side.ret)"
        guard !side.busy.isEmpty else { return result }
        let shown = side.busy.prefix(6).map(String.init).joined(separator: ",")
        return result + " after busy " + shown + (side.busy.count > 6 ? ",… (\(side.busy.count))" : "")
    }
}
