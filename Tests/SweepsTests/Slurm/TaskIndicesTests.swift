import Sweeps
import Testing

@Suite struct TaskIndicesTests {
    @Test(arguments: [
        ([1], "1"), ([1, 2, 3], "1-3"), ([3, 1], "1,3"), ([9, 2, 3, 4, 11, 10, 2], "2-4,9-11"),
        (Array(1...1000), "1-1000"),
    ])
    func `consecutive numbers are written as their ends`(_ numbers: [Int], _ text: String) {
        #expect("\(TaskIndices(numbers))" == text)
    }
}
