public import KernelFormats
import PhysicalMemory

/// A kernel's trace as a recording: its calls behind the start state of another recording.
public struct TracedRun: Sendable {
    /// What of the trace is in the recording, and what is not.
    public struct Notes: Sendable, Hashable {
        /// The area whose events were taken.
        public var area = ""
        /// Calls that are executed but not compared, because the trace lost a part of them.
        public var partialCalls = 0
        /// Calls whose end the trace does not have.
        public var unfinishedCalls = 0
        /// Calls and releases of other areas.
        public var otherAreas = 0
        /// Releases of pages that nobody held as far as the start and the trace tell; left out.
        public var unknownReleases = 0
        /// Releases that the trace lost: the kernel gave the same pages out again.
        public var inferredReleases = 0
        /// Places where events were lost.
        public var losses = 0
        /// Events of other kinds, and lines that a lenient reading passed over.
        public var otherEvents = 0
        public var skippedLines = 0

        public init() {}
    }

    public private(set) var recording: Recording
    public private(set) var notes = Notes()

    /// Pages that the kernel held, by offset.
    private var held: [Bool]

    /// - Parameters:
    ///   - start: gives the machine, the area and the state of its pages before the first call.
    ///   - mode: the mode of the traced kernel's calls.
    /// - Throws: when trace and start are of two kernels, when no area of the trace lies in that of `start`, or an
    ///   event lies half outside.
    public init(_ trace: FTrace, start: Recording, mode: String) throws(KernelFormatError) {
        try Self.checkKernel(of: trace, start)
        recording = start
        recording.scenario = start.scenario.filter { $0.key != "mode" } + [.init(key: "mode", value: mode)]
        let beginning = start.steps.prefix { step in
            switch step {
            case .pages, .pin, .free, .zone, .lists, .folios: true
            case .allocate, .release: false
            }
        }
        recording.steps = Array(beginning)
        recording.stepBytes = [Int](repeating: 0, count: beginning.count)
        held = [Bool](repeating: false, count: start.pages)
        var offset = 0
        for run in MachineState(startOf: recording).areas.first?.runs ?? [] {
            let pages = offset..<offset + run.count
            if run.letter == UInt8(ascii: "C") { for page in pages { held[page] = true } }
            offset = pages.upperBound
        }
        let history = FTraceHistory(trace)
        notes.area = try Self.area(of: history, in: start)
        notes.unfinishedCalls = history.unfinishedCalls
        notes.losses = trace.losses.count
        notes.otherEvents = trace.otherEvents
        notes.skippedLines = trace.skippedLines
        for step in history.steps {
            guard step.area == notes.area else {
                notes.otherAreas += 1
                continue
            }
            switch step {
            case .call(let call): try append(call)
            case .release(let release): try append(release)
            }
        }
    }

    /// Refuses a trace whose events have not the form of the kernel that the start was seen on.
    private static func checkKernel(of trace: FTrace, _ start: Recording) throws(KernelFormatError) {
        guard let release = start.kernel("version"), let kernel = Kernel(release: release),
            let form = trace.form, form != kernel.formats.trace
        else { return }
        let others = Kernel.all.filter { $0.formats.trace == form }.map(\.name).joined(separator: ", ")
        throw KernelFormatError(
            line: 0,
            "the events have the form of \(others), and the start is of Linux \(release) (\(kernel.name)): trace "
                + "and --state are of two kernels")
    }

    /// The area of which every page frame lies in that of the start.
    private static func area(of history: FTraceHistory, in start: Recording) throws(KernelFormatError)
        -> String
    {
        let ranges = start.areas.first?.ranges ?? []
        let steps = history.steps.map { (area: $0.area, pfns: pfns(of: $0)) }
        let inside = history.areas.filter { area in
            let own = steps.filter { $0.area == area }.flatMap(\.pfns)
            return own.contains { pfn in ranges.contains { $0.contains(pfn) } }
        }
        guard inside.count == 1, let area = inside.first else {
            let range = ranges.map {
                "pfn 0x\(String($0.lowerBound, radix: 16)) to 0x\(String($0.upperBound, radix: 16))"
            }.joined(separator: ", ")
            throw KernelFormatError(
                line: 0,
                inside.isEmpty
                    ? "no event lies in the area of the start, \(range): trace and --state are of two machines"
                    : "events of \(inside.joined(separator: " and ")) lie in one area of the start, \(range)")
        }
        return area
    }

    private static func pfns(of step: FTraceHistory.Step) -> [Int] {
        switch step {
        case .call(let call):
            guard case .pages(let pfn) = call.result else { return call.busy }
            return call.busy + [pfn]
        case .release(let release): return [release.pfn]
        }
    }

    private mutating func append(_ call: FTraceHistory.Call) throws(KernelFormatError) {
        var allocation = Recording.Allocation(
            count: call.count, align: call.align, offset: nil, errno: 0,
            nanoseconds: Int(clamping: call.nanoseconds), isolateNanoseconds: 0, disableLRUNanoseconds: 0,
            migrateNanoseconds: 0, drainNanoseconds: 0, migrated: call.migrated ?? 0, migrateFailed: 0,
            busy: [])
        allocation.isWhole = call.isWhole
        if !call.isWhole { notes.partialCalls += 1 }
        for pfn in call.busy.prefix(Recording.busyLimit) {
            allocation.busy.append(try offset(of: pfn, count: 1, line: call.line))
        }
        switch call.result {
        case .failed(let errno): allocation.errno = errno
        case .pages(let pfn):
            let offset = try offset(of: pfn, count: call.count, line: call.line)
            allocation.offset = offset
            freeLost(offset..<offset + call.count)
            for page in offset..<offset + call.count { held[page] = true }
        }
        recording.steps.append(.allocate(allocation))
        recording.stepBytes.append(0)
    }

    /// Gives back what the kernel must have got back before it handed the same pages out again.
    private mutating func freeLost(_ pages: Range<Int>) {
        var page = pages.lowerBound
        while page < pages.upperBound {
            guard held[page] else {
                page += 1
                continue
            }
            let end = held[page..<pages.upperBound].firstIndex(of: false) ?? pages.upperBound
            appendRelease(page..<end, nanoseconds: 0)
            notes.inferredReleases += 1
            page = end
        }
    }

    private mutating func append(_ release: FTraceHistory.Release) throws(KernelFormatError) {
        let offset = try offset(of: release.pfn, count: release.count, line: release.line)
        let pages = offset..<offset + release.count
        guard held[pages].allSatisfy(\.self) else {
            notes.unknownReleases += 1
            return
        }
        appendRelease(pages, nanoseconds: 0)
        for page in pages { held[page] = false }
    }

    private mutating func appendRelease(_ pages: Range<Int>, nanoseconds: Int) {
        recording.steps.append(
            .release(offset: pages.lowerBound, count: pages.count, accepted: true, nanoseconds: nanoseconds))
        recording.stepBytes.append(0)
    }

    private func offset(of pfn: Int, count: Int, line: Int) throws(KernelFormatError) -> Int {
        guard count > 0, let offset = recording.areas.first?.offset(ofPFN: pfn),
            count <= recording.pages - offset
        else {
            throw KernelFormatError(
                line: line,
                "\(count) pages from pfn 0x\(String(pfn, radix: 16)) of area '\(notes.area)' do not lie in "
                    + "the area of the start, \(recording.pages) pages from pfn "
                    + "0x\(String(recording.basePFN, radix: 16))")
        }
        return offset
    }
}
