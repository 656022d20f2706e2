/// What a kernel's log (dmesg, journalctl -k, a serial console) says about contiguous areas.
///
/// Lines of other kinds are passed over. Follows what mm/cma.c, mm/page_alloc.c and kernel/dma/contiguous.c
/// print: Linux before 5.12 without the area's name, Linux 6.1 with it, the newest with the free pages in lines
/// of their own.
public struct KernelLog: Sendable {
    /// A cma_alloc() that failed and was not told to be silent.
    public struct Failure: Sendable, Hashable {
        /// Number of the line, from 1.
        public var line: Int
        /// ns since boot; nil in a log without times.
        public var nanoseconds: UInt64?
        /// Nil for a kernel that does not tell it.
        public var area: String?
        /// The function that says so, such as `cma_alloc`, or `__cma_alloc` of newer kernels.
        public var function: String
        /// Pages that were asked for.
        public var count: Int
        /// A negative errno.
        public var errno: Int
        /// The thread or CPU that said so, `T612` or `C1`, in a log that has it.
        public var caller: String?
        /// The next line of another kind, when it speaks of an allocation too: most often the driver's own complaint.
        public var followedBy: String?
        /// Windows that were refused on the way, as far as the log has them: the kernel prints a few at a time.
        public var busy: [Window] = []
        public var free: FreePages?
    }

    /// A range of page frames that alloc_contig_range() could not empty.
    public struct Window: Sendable, Hashable {
        public var pfn: Int
        public var pages: Int
    }

    /// The line `number of available pages`.
    public struct FreePages: Sendable, Hashable {
        /// A run of clear bits of the bitmap, where the kernel prints them.
        public struct Run: Sendable, Hashable {
            public var pages: Int
            public var bit: Int
        }

        /// For each range of the area its runs in ascending order; empty when the kernel printed only sums.
        public var ranges: [[Run]]
        public var free: Int
        public var total: Int
        public var line: Int
    }

    /// An area as the kernel set it up at boot.
    public struct Pool: Sendable, Hashable {
        public var name: String?
        public var bytes: Int
        /// Address of the first byte; nil where the log does not tell it.
        public var base: Int?
        public var line: Int
    }

    public private(set) var failures: [Failure] = []
    /// Refused windows after which the log has no failure: another window was found.
    public private(set) var overcome: [Window] = []
    public private(set) var pools: [Pool] = []
    /// Memory of the machine, bytes, from its boot line.
    public private(set) var memoryBytes: Int?
    /// The kernel's release, such as `6.12.117`, from its first line.
    public private(set) var release: String?
    public private(set) var lineCount = 0
    public private(set) var skippedLines = 0

    private var windows: [Window] = []
    private var ranges: [[FreePages.Run]] = []
    /// Whether the next line of another kind may be the driver's complaint about the last failure.
    private var expectsComplaint = false

    /// What is looked for, for a message about a log that has none of it.
    public static let wanted =
        "'cma_alloc: … alloc failed, req-size: … pages, ret: …', '… PFNs busy' and "
        + "'number of available pages: … free of … total pages'"

    /// - Parameter isLenient: passes over lines of the wanted kinds that cannot be read, and counts them.
    /// - Throws: for the first such line.
    public init(parsing bytes: [UInt8], isLenient: Bool = false) throws(KernelFormatError) {
        var lines = TextLines(bytes)
        while let bytes = lines.next() {
            do throws(KernelFormatError) {
                try read(KernelLogLine(bytes, number: lines.number))
            } catch {
                guard isLenient else { throw error }
                skippedLines += 1
            }
        }
        overcome = windows
        lineCount = lines.number
    }

    private mutating func read(_ line: KernelLogLine) throws(KernelFormatError) {
        if let position = line.text.firstIndex(ofText: "alloc failed, req-size:") {
            failures.append(try failure(line, at: position))
            windows = []
            ranges = []
            expectsComplaint = true
        } else if line.text.contains(text: ") PFNs busy") {
            windows.append(try line.busyWindow())
        } else if let position = line.text.firstIndex(ofText: " total pages"),
            let arrow = line.text.firstIndex(ofText: "=> "), arrow < position
        {
            try noteFree(line, arrow: arrow)
        } else if let position = line.text.firstIndex(ofText: "cma: range ") {
            ranges.append(try line.runs(in: line.text[(position + 11)...]))
        } else if let pool = line.pool() {
            pools.append(pool)
        } else if let name = line.poolName(), pools.last?.name == nil, !pools.isEmpty {
            pools[pools.count - 1].name = name
        } else if memoryBytes == nil, let bytes = line.memoryBytes() {
            memoryBytes = bytes
        } else if release == nil, let text = line.release() {
            release = text
        } else if expectsComplaint, !line.text.contains(text: "cma: ") {
            expectsComplaint = false
            if line.text.contains(text: "alloc") {
                failures[failures.count - 1].followedBy = String(
                    decoding: line.message.prefix(100), as: UTF8.self)
            }
        }
    }

    private func failure(_ line: KernelLogLine, at position: Int) throws(KernelFormatError) -> Failure {
        var failure = Failure(
            line: line.number, nanoseconds: line.nanoseconds, area: line.area(before: position),
            function: line.function(before: position),
            count: try line.number(behind: "req-size: ", in: 1...(1 << 40)), errno: 0, caller: line.caller)
        failure.errno = -(try line.number(behind: "ret: -", in: 1...4095))
        failure.busy = windows
        return failure
    }

    /// The sums, and the runs before them, on the same line or on lines of their own.
    private mutating func noteFree(_ line: KernelLogLine, arrow: Int) throws(KernelFormatError) {
        let own = line.text.firstIndex(ofText: "number of available pages:")
        if let own, own < arrow {
            let runs = try line.runs(in: line.text[own..<arrow])
            if !runs.isEmpty { ranges.append(runs) }
        }
        let free = try line.number(behind: "=> ", in: 0...(1 << 40))
        let total = try line.number(behind: "free of ", in: 1...(1 << 40))
        guard free <= total else {
            throw KernelFormatError(line: line.number, "\(free) free pages of \(total) cannot be")
        }
        let runs = ranges.flatMap(\.self)
        guard runs.allSatisfy({ $0.pages <= total && $0.bit < total }) else {
            throw KernelFormatError(
                line: line.number, "a run of free pages lies behind the end of the area of \(total) pages")
        }
        if !failures.isEmpty, failures[failures.count - 1].free == nil {
            failures[failures.count - 1].free = FreePages(
                ranges: ranges, free: free, total: total, line: line.number)
        }
        ranges = []
    }
}
