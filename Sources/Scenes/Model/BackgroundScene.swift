import Emulation
import TextSupport

/// What else goes on in the machine of a scene; nothing unless the scene says so.
public struct BackgroundScene: Sendable, Hashable {
    /// Processes with anonymous memory.
    public struct Processes: Sendable, Hashable {
        /// 1 ... 256.
        public let count: Int
        /// Memory of each, pages; together at most the machine's.
        public let residentPages: Int
        /// Whether it is in transparent huge pages, and locked with mlock().
        public let usesHugePages: Bool
        public let isLocked: Bool
    }

    /// Processes that write files, 0 ... 64.
    public let writers: Int
    /// What the disk behind them takes, MB/s (10^6 bytes).
    public let diskMegabytesPerSecond: Int
    public let processes: Processes?
    /// Pages a second that each of `processes` exchanges.
    public let turnoverPagesPerSecond: Int
    /// Short pins and page locks a second on random pages of the areas, 0 ... 1 000 000.
    public let transientPinsPerSecond: Int
    public let pageLocksPerSecond: Int
    /// How long all this goes on before the first device starts, ns; at most an hour. A number without a unit
    /// is in seconds, as on the command line.
    public let warmUpNanoseconds: UInt64

    private static let longestWarmUp: UInt64 = 3_600_000_000_000

    init(
        _ section: SceneSection, machine: MachineScene, _ reader: inout SceneReader
    ) throws(SceneError) {
        writers = try reader.value("writers", in: section).number(in: 0...64)
        diskMegabytesPerSecond = try reader.value("disk", in: section).number(in: 1...100_000)
        processes = try Processes(section, memoryPages: machine.memoryPages, &reader)
        turnoverPagesPerSecond = try reader.value("turnover", in: section)
            .pages(in: 0...machine.memoryPages, "from 0 to the machine's memory", example: "4M")
        transientPinsPerSecond = try reader.value("transient_pins", in: section)
            .number(in: 0...1_000_000)
        pageLocksPerSecond = try reader.value("page_locks", in: section)
            .number(in: 0...1_000_000)
        warmUpNanoseconds = try reader.value("warm_up", in: section)
            .nanoseconds(upTo: Self.longestWarmUp, defaultUnit: "s")
    }
}

extension BackgroundScene.Processes {
    /// Reads NUMBERxSIZE and what kind of memory it is; nil without processes.
    fileprivate init?(
        _ section: SceneSection, memoryPages: Int, _ reader: inout SceneReader
    ) throws(SceneError) {
        let size = reader.optional("processes", in: section)
        let kinds = [
            reader.value("thp", in: section),
            reader.value("mlock", in: section),
        ]
        let answers = [try kinds[0].yesOrNo(), try kinds[1].yesOrNo()]
        guard let field = size else {
            for (kind, answer) in zip(kinds, answers) where answer {
                throw kind.error("there are no processes that it is about; add processes: 4x32M")
            }
            return nil
        }
        let parts = field.text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].isDigits, let count = Int(parts[0]),
            (1...256).contains(count), let size = MemorySize(parsing: String(parts[1])), size.pages > 0,
            size.pages <= memoryPages / count
        else {
            throw field.error(
                "\(quoted(field.text)) is no NUMBERxSIZE that fits in memory, with 1 to 256 processes; write 4x32M"
            )
        }
        self.init(
            count: count, residentPages: size.pages, usesHugePages: answers[0], isLocked: answers[1])
    }
}
