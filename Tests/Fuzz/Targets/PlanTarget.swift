import Sweeps

extension FuzzTarget {
    /// A plan, which comes in small portions; what is accepted was written by a plan's writer.
    static let plan = FuzzTarget("plan") { bytes in
        var rest = bytes[...]
        var lines: [UInt8] = []
        let header: PlanHeader
        var writer = try PlanWriter { lines += $0 }
        do {
            var reader = try PlanReader {
                defer { rest = rest.dropFirst(portion) }
                return Array(rest.prefix(portion))
            }
            header = reader.header
            while let run = try reader.next() { try writer.add(run) }
        } catch let error as PlanError {
            try checkRefusal(error.description)
            try promise(error.line >= 1, "a refusal in line \(error.line)")
            return
        }
        let head = try writer.finish(header)
        try promise(head + lines == bytes, "a plan that is written again is another")
    }

    private static let portion = 1000
}
