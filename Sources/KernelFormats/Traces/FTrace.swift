public import PhysicalMemory

/// A kernel's trace as text: the file `trace` of tracefs or what `trace-cmd report` prints, as far as it
/// speaks of contiguous areas.
///
/// Events are those of the group `cma`: `cma_alloc_start`, `cma_alloc_busy_retry`, `cma_alloc_finish` and
/// `cma_release` as Linux 6.1 prints them, the `errorno` of later kernels, the counts of the newest, and
/// `cma_alloc_at_start` with `cma_alloc_at_finish`. Fields are found by name, whatever their order. Of the group
/// `kmem`, `mm_alloc_contig_migrate_range_info` is read as well; see ``Migration``.
/// Follows include/trace/events/cma.h and the line format of Documentation/trace/ftrace.rst.
public struct FTrace: Sendable {
    /// One event of the group.
    public struct Event: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            /// cma_alloc() was entered.
            case start
            /// A window was refused with -EBUSY.
            case busyRetry
            /// cma_alloc() returned.
            case finish
            /// cma_release() gave pages back.
            case release
            /// An allocation at a given place ended.
            case placed
        }

        public var kind: Kind
        /// Number of the line, from 1.
        public var line: Int
        /// Name and pid as the trace writes them, `camera-612`.
        public var task: String
        public var pid: Int
        /// ns on the trace's clock.
        public var nanoseconds: UInt64
        /// The area's name; empty in a trace of a kernel that did not tell it.
        public var area: String
        /// First page frame: of the window, the allocation, or the last window tried. Nil when the event has
        /// none, and for the value that stands for none.
        public var pfn: Int?
        /// Pages asked for, got or given back.
        public var count: Int
        /// Alignment order; 0 where the event has none.
        public var align: Int
        /// The errno of a finish, 0 for success; nil where the kernel does not print it.
        public var errno: Int?
        /// Whether the page pointer of a finish is one.
        public var hasPage: Bool
        /// Pages of the whole area, where the kernel prints it.
        public var areaPages: Int?
    }

    /// A place where the ring buffer was faster than its reader.
    public struct Loss: Sendable, Hashable {
        public var line: Int
        /// Events that are missing; nil where the trace only says that some are.
        public var events: Int?
    }

    public var events: [Event] = []
    /// What the migrate stages moved, in a trace that has these events.
    public private(set) var migrations: [Migration] = []
    public var losses: [Loss] = []
    /// Events of other kinds, which were passed over.
    public var otherEvents = 0
    /// Lines that are none of a trace; only a lenient reading has any.
    public var skippedLines = 0

    /// Reads a trace.
    ///
    /// - Parameter isLenient: passes over lines that cannot be read, and counts them.
    /// - Throws: for the first line that is none of a trace or has an event with a field missing or broken.
    public init(parsing bytes: [UInt8], isLenient: Bool = false) throws(KernelFormatError) {
        var lines = TextLines(bytes)
        while let line = lines.next() {
            do throws(KernelFormatError) {
                try read(line, &lines)
            } catch {
                guard isLenient else { throw error }
                skippedLines += 1
            }
        }
        Migration.unshift(&migrations)
    }

    /// The form of the events, by the first that tells it; nil for a trace without such an event.
    public var form: TraceForm? {
        if events.contains(where: { $0.kind == .start && $0.areaPages != nil }) { return .counts }
        return events.first { $0.kind == .finish }.map { $0.errno == nil ? .plain : .errno }
    }

    /// Whether a text looks like a trace rather than like anything else devemu reads: by its first lines.
    public static func isTrace(_ bytes: [UInt8]) -> Bool {
        var lines = TextLines(Array(bytes.prefix(1 << 16)))
        while lines.number < 64, let line = lines.next() {
            if line.hasPrefix("# tracer:") || line.hasPrefix("cpus=") { return true }
            if FTraceLine(line) != nil { return true }
        }
        return false
    }

    private mutating func read(
        _ line: ArraySlice<UInt8>, _ lines: inout TextLines
    ) throws(KernelFormatError) {
        if line.isEmpty || line.first == UInt8(ascii: "#") { return }
        if let loss = Self.loss(in: line, number: lines.number) {
            losses.append(loss)
            return
        }
        guard let parsed = FTraceLine(line) else {
            guard Self.isBetweenEvents(line) else {
                throw KernelFormatError(
                    line: lines.number,
                    "'\(excerpt(line))' is no line of a trace: "
                        + "expected TASK-PID [CPU] FLAGS SECONDS: EVENT: FIELDS")
            }
            return
        }
        if parsed.event.hasPrefix("mm_alloc_contig_migrate_range_info") {
            migrations.append(try FTraceFields(parsed.fields, line: lines.number).migration(of: parsed))
            return
        }
        guard parsed.event.hasPrefix("cma_"), let kind = FTraceFields.Shape(parsed.event) else {
            otherEvents += 1
            return
        }
        let number = lines.number
        var fields = parsed.fields[...]
        // Areas without a name of their own are called cmaN and a newline, which breaks the line.
        var joined: [UInt8] = []
        if let next = lines.peek(), !fields.contains(text: " count="), !fields.contains(text: "_count="),
            next.trimmed.hasPrefix("pfn=") || next.trimmed.hasPrefix("count=")
                || next.trimmed.hasPrefix("request_count=")
        {
            _ = lines.next()
            joined = Array(fields) + [32] + next.trimmed
            fields = joined[...]
        }
        if let event = try FTraceFields(fields, line: number).event(kind, of: parsed) { events.append(event) }
    }

    /// `CPU:1 [LOST 12 EVENTS]`, or as trace-cmd says it.
    private static func loss(in line: ArraySlice<UInt8>, number: Int) -> Loss? {
        guard line.trimmed.hasPrefix("CPU"), line.contains(text: "EVENTS"),
            line.contains(text: "LOST") || line.contains(text: "DROPPED")
        else { return nil }
        let words = line.split { $0 == 32 || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        return Loss(line: number, events: words.lazy.compactMap(\.decimal).first)
    }

    /// What a trace has between its events: stack traces, what trace-cmd says of CPUs, annotations.
    private static func isBetweenEvents(_ line: ArraySlice<UInt8>) -> Bool {
        let text = line.trimmed
        return text.hasPrefix("=>") || text.hasPrefix("<") || text.hasPrefix("cpus=")
            || text.hasPrefix("CPU") || text.hasPrefix("version =") || text.isEmpty
            || text.hasPrefix("##### CPU")
    }
}
