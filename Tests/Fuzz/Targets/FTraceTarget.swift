import Emulation
import KernelFormats

extension FuzzTarget {
    /// A kernel's trace, its calls, and its requests as a workload.
    static let ftrace = FuzzTarget("ftrace") { bytes in
        let lenient = try? FTrace(parsing: bytes, isLenient: true)
        try promise(lenient != nil, "a lenient reading refuses")
        do {
            let trace = try FTrace(parsing: bytes)
            try checkCalls(of: trace)
        } catch let error as KernelTextError {
            try checkRefusal(error.description)
            try promise(error.line > 0, "a refusal without a line")
        }
    }

    private static func checkCalls(of trace: FTrace) throws {
        let history = FTraceHistory(trace)
        let events = trace.events.count
        try promise(history.steps.count <= events, "\(history.steps.count) steps of \(events) events")
        let workload = TraceWorkload(trace, name: "fuzz")
        for load in workload.loads {
            for (index, request) in load.requests.enumerated() {
                guard case .release(let number) = request.action else { continue }
                try promise(
                    load.requests.indices.contains(number), "\(load.name): \(index) gives back \(number)")
            }
        }
    }
}
