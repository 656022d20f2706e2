internal import CShims

/// What a worker was doing last, read from its flight recorder.
public struct FlightReport: Equatable, Sendable {
    /// A call of the host by a plugin.
    public struct Call: Equatable, Sendable {
        /// 1 for the first call of the run.
        public var number: UInt64
        /// The caller's and the function's numbers, as the worker gave them.
        public var caller: UInt32
        public var function: UInt32
        public var arguments: [UInt64]
        /// Whether it has not returned.
        public var isInside: Bool
    }

    /// A deadly signal.
    public struct Crash: Equatable, Sendable {
        public var signal: Int32
        /// The address concerned, for signals about memory.
        public var faultAddress: UInt64
        /// Whether the process had used up the memory that it may have.
        public var isOutOfMemory: Bool
        /// Where the code was, and behind it what the stack looks like returning to, the innermost first:
        /// places in files that were mapped as code.
        public var places: [Place]
    }

    /// A place in the code of a file.
    public struct Place: Equatable, Sendable {
        public var path: String
        /// Number of the file in its file system, to tell whether the path still names it.
        public var inode: UInt64
        /// Bytes from the file's beginning.
        public var offset: UInt64
        /// Whether this is where the code was, and not where it would have returned to.
        public var isExact: Bool
    }

    /// The last call; nil before the first.
    public var call: Call?
    /// The number of the instance whose code ran; nil before the first.
    public var running: UInt32?
    /// A rule that was broken beyond going on, by the number that the worker gave it, and the function that was
    /// called then; nil for none.
    public var brokenRule: (rule: UInt32, function: UInt32)? {
        rule == 0 ? nil : (rule, ruleFunction)
    }
    private var rule: UInt32 = 0
    private var ruleFunction: UInt32 = 0
    /// What the worker's sandbox had in force, as the worker put it.
    public var confinement: UInt32 = 0
    public var crash: Crash?

    init(_ recorder: UnsafeMutablePointer<flight_recorder>) {
        let memory = recorder.pointee
        if memory.calls > 0 {
            call = Call(
                number: memory.calls, caller: memory.caller, function: memory.function,
                arguments: (0..<UInt32(FLIGHT_ARGUMENTS)).map {
                    flight_recorder_argument(recorder, $0)
                },
                isInside: memory.is_inside != 0)
        }
        running = memory.running == 0 ? nil : memory.running - 1
        rule = memory.broken_rule
        ruleFunction = memory.broken_function
        confinement = memory.confinement
        if memory.signal != 0 { crash = Self.crash(recorder) }
    }

    private static func crash(_ recorder: UnsafeMutablePointer<flight_recorder>) -> Crash {
        let text = UnsafeRawBufferPointer(
            start: flight_recorder_maps(recorder),
            count: min(Int(recorder.pointee.maps_size), Int(FLIGHT_MAPS_SIZE)))
        let mappings = CodeMapping.all(in: String(decoding: text, as: UTF8.self))
        let words = UnsafeBufferPointer(
            start: flight_recorder_stack(recorder),
            count: min(Int(recorder.pointee.stack_words), Int(FLIGHT_STACK_WORDS)))
        func place(_ address: UInt64, isExact: Bool) -> Place? {
            guard let mapping = mappings.first(where: { $0.addresses.contains(address) }) else { return nil }
            // A plugin can have written here what no kernel would.
            let (offset, overflow) = mapping.offset.addingReportingOverflow(
                address - mapping.addresses.lowerBound)
            guard !overflow else { return nil }
            return Place(path: mapping.path, inode: mapping.inode, offset: offset, isExact: isExact)
        }
        let exact = place(recorder.pointee.program_counter, isExact: true)
        return Crash(
            signal: recorder.pointee.signal, faultAddress: recorder.pointee.fault_address,
            isOutOfMemory: recorder.pointee.memory_is_exhausted != 0,
            places: [exact].compactMap(\.self) + words.compactMap { place($0, isExact: false) })
    }
}

/// A file's code in memory: a line of /proc/self/maps with the right to execute, as proc(5) describes it.
private struct CodeMapping {
    var addresses: Range<UInt64>
    var offset: UInt64
    var inode: UInt64
    var path: String

    static func all(in maps: String) -> [CodeMapping] {
        maps.split(separator: "\n").compactMap { CodeMapping(line: $0) }
    }

    private init?(line: Substring) {
        let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
        guard fields.count == 6, fields[1].contains("x"), let slash = fields[5].firstIndex(of: "/"),
            let offset = UInt64(fields[2], radix: 16), let inode = UInt64(fields[4])
        else { return nil }
        let ends = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        addresses = ends[0]..<ends[1]
        self.offset = offset
        self.inode = inode
        path = String(fields[5][slash...])
    }
}
