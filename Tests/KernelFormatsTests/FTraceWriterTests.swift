import KernelFormats
import PhysicalMemory
import Testing

/// Lines that are written as a kernel writes them.
@Suite struct FTraceWriterTests {
    private func writer(_ form: TraceForm = .plain) -> FTraceWriter {
        FTraceWriter(area: "linux,cma", pages: 16_384, form: form)
    }

    @Test func `a line looks as the kernel's`() {
        #expect(
            FTraceWriter.line(
                task: "camera", pid: 1000, cpu: 1, nanoseconds: 5_264_657_999,
                event: writer().success(pfn: 0x10018, count: 45, align: 3))
                == "          camera-1000    [001] .....     5.264657: cma_alloc_finish: name=linux,cma "
                + "pfn=0x10018 page=ffffea0000400600 count=45 align=3\n")
    }

    @Test func `each kernel's events have its own fields`() {
        let null = "page=0000000000000000"
        let expected: [TraceForm: (start: String, finish: String)] = [
            .plain: ("count=45 align=3", "pfn=0x10010 \(null) count=45 align=3"),
            .errno: ("count=45 align=3", "pfn=0x10010 \(null) count=45 align=3 errorno=-16"),
            .counts: (
                "request_count=45 available_count=16300 total_count=16384 align=3",
                "pfn=0x0 \(null) count=45 align=3 errorno=-16"
            ),
        ]
        for form in TraceForm.allCases {
            let writer = writer(form)
            #expect(
                writer.start(count: 45, align: 3, available: 16_300)
                    == "cma_alloc_start: name=linux,cma " + (expected[form]?.start ?? "?"))
            #expect(
                writer.failure(lastTried: 0x10010, count: 45, align: 3, errno: -16)
                    == "cma_alloc_finish: name=linux,cma " + (expected[form]?.finish ?? "?"))
        }
        #expect(writer(.errno).success(pfn: 0x10018, count: 4, align: 0).hasSuffix(" align=0 errorno=0"))
    }

    @Test(arguments: TraceForm.allCases)
    func `what is written is read as it was meant, and its form is known again`(form: TraceForm) throws {
        let writer = writer(form)
        let texts = [
            writer.start(count: 45, align: 3, available: 100),
            writer.busyRetry(pfn: 0x10010, count: 45, align: 3),
            writer.failure(lastTried: 0x10010, count: 45, align: 3, errno: -16),
            writer.success(pfn: 0x10018, count: 45, align: 3),
            writer.failure(lastTried: nil, count: 45, align: 3, errno: -12),
            writer.release(pfn: 0x10, count: 9),
        ]
        let lines = texts.map { FTraceWriter.line(task: "a b", pid: 7, cpu: 0, nanoseconds: 1000, event: $0) }
        let trace = try FTrace(parsing: Array((FTraceWriter.header + lines.joined()).utf8))
        #expect(trace.form == form)
        #expect(trace.events.map(\.kind) == [.start, .busyRetry, .finish, .finish, .finish, .release])
        let none: Int? = form == .counts ? 0 : nil
        #expect(trace.events.map(\.pfn) == [nil, 0x10010, none ?? 0x10010, 0x10018, none, 0x10])
        #expect(trace.events.map(\.hasPage) == [false, true, false, true, false, true])
        #expect(
            trace.events.map(\.errno)
                == (form == .plain ? [nil, nil, nil, nil, nil, nil] : [nil, nil, -16, 0, -12, nil]))
        #expect(trace.events.map(\.areaPages)[0] == (form == .counts ? 16_384 : nil))
        #expect(trace.events.allSatisfy { $0.task == "a b-7" && $0.area == "linux,cma" })
    }
}
