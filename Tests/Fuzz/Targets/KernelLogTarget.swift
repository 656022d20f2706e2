import KernelFormats

extension FuzzTarget {
    /// A kernel's log.
    static let log = FuzzTarget("log") { bytes in
        try promise((try? KernelLog(parsing: bytes, isLenient: true)) != nil, "a lenient reading refuses")
        do {
            let log = try KernelLog(parsing: bytes)
            try check(log)
        } catch let error as KernelFormatError {
            try checkRefusal(error.description)
            try promise(error.line != nil, "a refusal without a line")
        }
    }

    private static func check(_ log: KernelLog) throws {
        for failure in log.failures {
            try promise(failure.count > 0 && failure.errno < 0, "\(failure.count) pages, \(failure.errno)")
            guard let free = failure.free else { continue }
            try promise(free.free <= free.total, "\(free.free) of \(free.total)")
        }
    }
}
