import PhysicalMemory
import Recordings
import TextSupport

/// A recording of a busy machine compared by counts and distributions.
public struct StatisticalResult: Encodable, Sendable {
    /// Counts and times of a series of calls; means over the seeds on the emulated side.
    public struct Figures: Encodable, Sendable {
        public struct Latency: Encodable, Sendable {
            public var p50: Int
            public var p99: Int
            public var max: Int
        }

        public var chunksGot: Double
        public var calls: Double
        public var busyRetries: Double
        public var pagesMigrated: Double
        public var migrateFailed: Double
        public var totalNanoseconds: Int
        public var callNanoseconds: Latency

        init(_ figures: StatisticalReplay.Figures) {
            chunksGot = figures.chunksGot
            calls = figures.calls
            busyRetries = figures.busyRetries
            pagesMigrated = figures.pagesMigrated
            migrateFailed = figures.migrateFailed
            totalNanoseconds = Int(figures.totalNanoseconds)
            callNanoseconds = Latency(
                p50: Int(figures.p50Nanoseconds), p99: Int(figures.p99Nanoseconds),
                max: Int(figures.maxNanoseconds))
        }

        enum CodingKeys: String, CodingKey {
            case calls
            case chunksGot = "chunks_got"
            case busyRetries = "busy_retries"
            case pagesMigrated = "pages_migrated"
            case migrateFailed = "migrate_failed"
            case totalNanoseconds = "total_ns"
            case callNanoseconds = "call_ns"
        }
    }

    public var file: String
    public var kind = "statistical"
    /// The kernel by whose rules the calls were decided again.
    public var judge: String
    public var mode: String
    public var seeds: Int
    public var kernel: Figures
    public var emulated: Figures
    public var wallNanoseconds: Int

    init(_ replay: StatisticalReplay, file: String, wallNanoseconds: Int) {
        self.file = file
        judge = replay.judge.name
        mode = replay.mode.name(on: replay.judge)
        seeds = replay.runs.count
        kernel = Figures(replay.kernel)
        emulated = Figures(replay.emulated)
        self.wallNanoseconds = wallNanoseconds
    }

    enum CodingKeys: String, CodingKey {
        case file, kind, mode, seeds, kernel, emulated
        case judge = "judged_by"
        case wallNanoseconds = "wall_ns"
    }

    /// One line: each figure as recorded, an arrow, and as emulated.
    func text(style: TextStyle, width: Int) -> String {
        func pair(_ figure: (Figures) -> Double) -> String {
            "\(Human.decimal(figure(kernel), places: 0)) → \(Human.decimal(figure(emulated), places: 0))"
        }
        func times(_ figure: (Figures) -> Int) -> String {
            "\(Human.duration(UInt64(figure(kernel)))) → \(Human.duration(UInt64(figure(emulated))))"
        }
        return "\(Human.padded(file, to: width))  by counts, mode \(mode), \(seeds) seeds: "
            + "chunks \(pair(\.chunksGot)), busy \(pair(\.busyRetries)), failed \(pair(\.migrateFailed)), "
            + "in all \(times(\.totalNanoseconds)), longest \(times(\.callNanoseconds.max)) "
            + "in \(Human.duration(UInt64(wallNanoseconds)))\n"
    }
}
