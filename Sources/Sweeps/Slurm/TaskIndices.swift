/// Numbers of an array's tasks, as sbatch's `--array` takes them: `1-4,7,9-12`.
public struct TaskIndices: Sendable, Hashable, CustomStringConvertible {
    /// Runs of consecutive numbers, in their order.
    private let runs: [ClosedRange<Int>]

    /// - Parameter numbers: in any order.
    public init(_ numbers: some Sequence<Int>) {
        var runs: [ClosedRange<Int>] = []
        for number in Set(numbers).sorted() {
            if let last = runs.last, last.upperBound + 1 == number {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        self.runs = runs
    }

    public var description: String {
        runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
