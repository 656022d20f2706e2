import KernelFormats
import Testing

/// Lines that are written as a kernel writes them.
@Suite struct FTraceWriterTests {
    private let writer = FTraceWriter(area: "linux,cma")

    @Test func `a line looks as the kernel's`() {
        #expect(
            FTraceWriter.line(
                task: "camera", pid: 1000, cpu: 1, nanoseconds: 5_264_657_999,
                event: writer.success(pfn: 0x10018, count: 45, align: 3))
                == "          camera-1000    [001] .....     5.264657: cma_alloc_finish: name=linux,cma "
                + "pfn=0x10018 page=ffffea0000400600 count=45 align=3\n")
    }

    @Test func `what is written is read as it was meant`() throws {
        let texts = [
            writer.start(count: 45, align: 3), writer.busyRetry(pfn: 0x10010, count: 45, align: 3),
            writer.failure(lastTried: 0x10010, count: 45, align: 3),
            writer.failure(lastTried: nil, count: 45, align: 3), writer.release(pfn: 0x10, count: 9),
        ]
        let lines = texts.map { FTraceWriter.line(task: "a b", pid: 7, cpu: 0, nanoseconds: 1000, event: $0) }
        let trace = try FTrace(parsing: Array((FTraceWriter.header + lines.joined()).utf8))
        #expect(trace.events.map(\.kind) == [.start, .busyRetry, .finish, .finish, .release])
        #expect(trace.events.map(\.pfn) == [nil, 0x10010, 0x10010, nil, 0x10])
        #expect(trace.events.map(\.hasPage) == [false, true, false, false, true])
        #expect(trace.events.allSatisfy { $0.task == "a b-7" && $0.area == "linux,cma" })
    }
}
