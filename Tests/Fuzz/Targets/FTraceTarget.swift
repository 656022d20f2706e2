import Emulation
import KernelFormats
import PhysicalMemory
import Recordings
import Reporting
import TextSupport

extension FuzzTarget {
    /// A kernel's trace, its calls, its requests as a workload, and all of it as a recording.
    static let ftrace = FuzzTarget("ftrace") { bytes in
        let lenient = try? FTrace(parsing: bytes, isLenient: true)
        try promise(lenient != nil, "a lenient reading refuses")
        do {
            let trace = try FTrace(parsing: bytes)
            try checkCalls(of: trace)
            try checkRecording(of: trace)
        } catch let error as KernelFormatError {
            try checkRefusal(error.description)
            try promise(error.line != nil, "a refusal without a line")
        }
    }

    private static func checkCalls(of trace: FTrace) throws {
        let history = FTraceHistory(trace)
        let events = trace.events.count
        try promise(history.steps.count <= events, "\(history.steps.count) steps of \(events) events")
        let workload = TraceWorkload(trace, name: "fuzz")
        try checkPlaces(of: workload)
        for load in workload.loads {
            for (index, request) in load.requests.enumerated() {
                guard case .release(let number) = request.action else { continue }
                try promise(
                    load.requests.indices.contains(number), "\(load.name): \(index) gives back \(number)")
            }
        }
    }

    /// The machine that the requests are made on has them in its memory, apart.
    private static func checkPlaces(of workload: TraceWorkload) throws {
        guard let area = AreaGeometry(basePFN: 1 << 17, pages: 1 << 16) else { return }
        var machine = MachineConfiguration(
            memoryPages: 1 << 18, area: area, seed: 1, start: .generated(fill: 0.5, pins: 0), forcedMode: nil)
        var placed = workload
        placed.place(in: &machine, pins: false)
        let areas = machine.areas.map(\.geometry).sorted { $0.basePFN < $1.basePFN }
        for (left, right) in zip(areas, areas.dropFirst()) {
            try promise(left.basePFN + left.pages <= right.basePFN, "areas of the trace overlap")
        }
        try promise(machine.memoryPages <= MachineMemory.pageLimit, "\(machine.memoryPages) pages of memory")
        for area in areas {
            try promise(area.basePFN + area.pages <= machine.memoryPages, "an area ends behind memory")
        }
    }

    /// A machine of 16 MiB with an area of 1 MiB at 8 MiB, a few of whose pages are in use.
    private static let start = Array(
        """
        # cma oracle 1
        kernel cpus=1
        scenario scn=state mem=16M
        area base_pfn=2048 pages=256 order_per_bit=0 pageblock_pages=512 name=reserved
        pages .16C4a12.224
        pin offset=25 ok=1
        free pages=1000 cma=240

        """.utf8)

    /// The trace behind that start, replayed when it is short: a fuzzer lives on many short runs.
    private static func checkRecording(of trace: FTrace) throws {
        guard let start = try Recording.starts(parsing: start).first else { return }
        do {
            let run = try TracedRun(trace, start: start, mode: "normal")
            guard run.recording.calls <= 4 else { return }
            let replay = try Replay(of: run.recording)
            try promise(
                replay.exact + replay.differences.count + run.notes.partialCalls == run.recording.calls,
                "a call neither exact, nor not, nor partial")
        } catch let error as KernelFormatError {
            try checkRefusal(Human.printable(error.description))
        } catch let error as RecordingError {
            try checkRefusal(Human.printable(error.description))
        }
    }
}
