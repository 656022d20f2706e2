/// Lines of a trace as Linux 6.1 prints the events of contiguous areas.
public struct FTraceWriter: Sendable {
    /// What stands above the events.
    public static let header = """
        # tracer: nop
        #
        #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
        #              | |         |   |||||     |         |

        """

    private let area: String

    public init(area: String) { self.area = area }

    public func start(count: Int, align: Int) -> String {
        "cma_alloc_start: name=\(area) count=\(count) align=\(align)"
    }

    public func busyRetry(pfn: Int, count: Int, align: Int) -> String {
        "cma_alloc_busy_retry: " + window(pfn, page: pfn, count, align)
    }

    public func success(pfn: Int, count: Int, align: Int) -> String {
        "cma_alloc_finish: " + window(pfn, page: pfn, count, align)
    }

    /// - Parameter lastTried: first page frame of the last window; nil for a call that found none.
    public func failure(lastTried pfn: Int?, count: Int, align: Int) -> String {
        "cma_alloc_finish: " + window(pfn, page: nil, count, align)
    }

    public func release(pfn: Int, count: Int) -> String {
        "cma_release: name=\(area) pfn=\(Self.hex(pfn)) page=\(Self.pointer(pfn)) count=\(count)"
    }

    private func window(_ pfn: Int?, page: Int?, _ count: Int, _ align: Int) -> String {
        "name=\(area) pfn=\(Self.hex(pfn)) page=\(Self.pointer(page)) count=\(count) align=\(align)"
    }

    /// The value for no frame has every bit set.
    private static func hex(_ pfn: Int?) -> String {
        "0x" + (pfn.map { String($0, radix: 16) } ?? String(UInt64.max, radix: 16))
    }

    /// Where the page's struct page would be on x86-64, 64 bytes each; zeros for none.
    private static func pointer(_ pfn: Int?) -> String {
        let address = pfn.map { 0xffff_ea00_0000_0000 + UInt64($0) * 64 } ?? 0
        let digits = String(address, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// A whole line with its end.
    ///
    /// - Parameter nanoseconds: printed in microseconds, as the kernel does.
    public static func line(
        task: String, pid: Int, cpu: Int, nanoseconds: UInt64, event: String
    ) -> String {
        let micros = nanoseconds / 1000
        let fraction = String(micros % 1_000_000)
        let seconds = String(micros / 1_000_000)
        let time = padded(seconds, to: 5) + "." + String(repeating: "0", count: 6 - fraction.count) + fraction
        let number = String(cpu)
        let processor = String(repeating: "0", count: max(3 - number.count, 0)) + number
        let name = padded(task, to: 16) + "-" + String(pid)
        return name + String(repeating: " ", count: max(25 - name.count, 1))
            + "[\(processor)] ..... \(time): \(event)\n"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
