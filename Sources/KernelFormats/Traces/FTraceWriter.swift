public import PhysicalMemory

/// Lines of a trace as a kernel prints the events of contiguous areas.
///
/// Follows include/trace/events/cma.h in Linux 6.1, 6.12 and 7.3; see ``PhysicalMemory/TraceForm``.
public struct FTraceWriter: Sendable {
    /// What stands above the events.
    public static let header = """
        # tracer: nop
        #
        #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
        #              | |         |   |||||     |         |

        """

    private let area: String
    private let areaPages: Int
    private let form: TraceForm

    /// - Parameter pages: of the whole area.
    public init(area: String, pages: Int, form: TraceForm) {
        self.area = area
        areaPages = pages
        self.form = form
    }

    /// - Parameter available: pages of the area that are not allocated.
    public func start(count: Int, align: Int, available: Int) -> String {
        switch form {
        case .plain, .errno: "cma_alloc_start: name=\(area) count=\(count) align=\(align)"
        case .counts:
            "cma_alloc_start: name=\(area) request_count=\(count) available_count=\(available) "
                + "total_count=\(areaPages) align=\(align)"
        }
    }

    public func busyRetry(pfn: Int, count: Int, align: Int) -> String {
        "cma_alloc_busy_retry: " + window(pfn, page: pfn, count, align)
    }

    public func success(pfn: Int, count: Int, align: Int) -> String {
        "cma_alloc_finish: " + window(pfn, page: pfn, count, align) + suffix(errno: 0)
    }

    /// - Parameters:
    ///   - lastTried: first page frame of the last window; nil for a call that found none.
    ///   - errno: negative.
    public func failure(lastTried pfn: Int?, count: Int, align: Int, errno: Int) -> String {
        let told = form == .counts ? 0 : pfn
        return "cma_alloc_finish: " + window(told, page: nil, count, align) + suffix(errno: errno)
    }

    private func suffix(errno: Int) -> String {
        switch form {
        case .plain: ""
        case .errno, .counts: " errorno=\(errno)"
        }
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
