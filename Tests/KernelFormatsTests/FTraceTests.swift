import Testing

@testable import KernelFormats

/// Traces as kernels of several ages and trace-cmd print them.
@Suite struct FTraceTests {
    /// Text as an array of bytes.
    private func trace(_ text: String, isLenient: Bool = false) throws -> FTrace {
        try FTrace(parsing: Array(text.utf8), isLenient: isLenient)
    }

    private func event(_ line: String) throws -> FTrace.Event {
        try #require(try trace(line + "\n").events.first)
    }

    private static let header = """
        # tracer: nop
        #
        #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
        #              | |         |   |||||     |         |

        """

    @Test func `an event of Linux 6.1 is read field by field`() throws {
        let found = try trace(
            Self.header
                + "            init-1       [001] .....     5.264199: cma_alloc_finish: name=reserved "
                + "pfn=0x10018 page=00000000a1b2c3d4 count=45 align=3\n"
        ).events
        #expect(
            found == [
                FTrace.Event(
                    kind: .finish, line: 5, task: "init-1", pid: 1, nanoseconds: 5_264_199_000,
                    area: "reserved", pfn: 0x10018, count: 45, align: 3, errno: nil, hasPage: true,
                    areaPages: nil)
            ])
    }

    @Test func `fields are found by name, in any order, with names that have commas`() throws {
        let found = try event(
            "kworker/u8:3-77 [000] d..2.  12.5: cma:cma_release: count=16 page=(____ptrval____) pfn=0x2a0 "
                + "name=linux,cma")
        #expect(found.kind == .release)
        #expect(found.task == "kworker/u8:3-77")
        #expect(found.area == "linux,cma")
        #expect(found.pfn == 0x2a0)
        #expect(found.count == 16)
        #expect(found.nanoseconds == 12_500_000_000)
    }

    @Test func `a kernel that prints the errno says by it whether a call succeeded`() throws {
        let line =
            "a-1 [000] ..... 1.0: cma_alloc_finish: name=x pfn=0x0 page=0000000012345678 count=1 align=0"
        #expect(try event(line + " errorno=-16").errno == -16)
        #expect(!(try event(line + " errorno=-16").hasPage))
        #expect(try event(line + " errorno=0").hasPage)
    }

    @Test(arguments: ["0000000000000000", "(null)", "(nil)", "0x0", "0"])
    func `a null pointer is no page`(page: String) throws {
        let found = try event(
            "a-1 [000] ..... 1.0: cma_alloc_finish: name=x pfn=0xffffffffffffffff page=\(page) count=1 align=0"
        )
        #expect(!found.hasPage)
        #expect(found.pfn == nil)
    }

    @Test func `the newest kernels tell what an area has, and where an allocation was wanted`() throws {
        let start = try event(
            "a b-12 [003] ..... 1.0: cma_alloc_start: name=x request_count=64 available_count=1000 "
                + "total_count=16384 align=6")
        #expect(start.count == 64)
        #expect(start.areaPages == 16384)
        #expect(start.task == "a b-12")
        let placed = try trace(
            """
            a-1 [000] ..... 1.0: cma_alloc_at_start: name=x pfn=4000, request_count=8 available_count=9 total_count=10
            a-1 [000] ..... 1.1: cma_alloc_at_finish: name=x pfn=0x4000 page=00000000deadbeef count=8 errorno=0

            """
        ).events
        #expect(placed.map(\.kind) == [.placed])
        #expect(placed.first?.pfn == 0x4000)
    }

    @Test func `trace-cmd's lines are read, with a thread group and without flags`() throws {
        let found = try trace(
            """
            cpus=2
                    camera-612   (  610) [000]   100.000001: cma_alloc_start:      name=linux,cma count=4 align=2
              <...>-613   [001]   100.000002: cma_alloc_start:      name=linux,cma count=8 align=3

            """)
        #expect(found.events.map(\.pid) == [612, 613])
        #expect(found.events.map(\.count) == [4, 8])
    }

    @Test func `lost events, comments, stack traces and other events are told apart`() throws {
        let found = try trace(
            Self.header + """
                CPU:0 [LOST 12 EVENTS]
                CPU:1 [LOST EVENTS]
                  a-1 [000] ..... 1.0: mm_migrate_pages: nr_succeeded=0 mode=MIGRATE_SYNC reason=contig_range
                  a-1 [000] ..... 1.1: cma_release: name=x pfn=0x10 page=000000001 count=1
                 => cma_release
                 => dma_free_contiguous

                """)
        #expect(found.losses.map(\.events) == [12, nil])
        #expect(found.otherEvents == 1)
        #expect(found.events.count == 1)
    }

    @Test func `an area's name that ends in a newline does not hide the fields behind it`() throws {
        let found = try trace(
            "a-1 [000] ..... 1.0: cma_alloc_finish: name=cma0\n pfn=0x40 page=00000001 count=2 align=1\n")
        #expect(found.events.first?.area == "cma0")
        #expect(found.events.first?.pfn == 0x40)
        #expect(found.events.first?.count == 2)
    }

    @Test(arguments: [
        ("a-1 [000] ..... 1.0: cma_alloc_start: name=x align=0", "the event has no 'count='"),
        (
            "a-1 [000] ..... 1.0: cma_alloc_start: name=x count=many align=0",
            "count is 'many': expected a number from 0 to 1099511627776"
        ),
        (
            "a-1 [000] ..... 1.0: cma_release: name=x pfn=zero page=1 count=1",
            "pfn is 'zero': expected a hexadecimal page frame number"
        ),
        (
            "a-1 [000] ..... 1.0: cma_alloc_finish: name=x pfn=0x1 page=1 count=1 align=0 errorno=7",
            "errorno is '7': expected 0 or a negative errno"
        ),
        (
            "no trace at all",
            "'no trace at all' is no line of a trace: expected TASK-PID [CPU] FLAGS SECONDS: EVENT: FIELDS"
        ),
    ])
    func `what cannot be read is refused with its line, or passed over when asked to`(
        line: String, message: String
    ) throws {
        let text = Self.header + line + "\n"
        let error = #expect(throws: KernelFormatError.self) { try trace(text) }
        #expect(error?.line == 5)
        #expect(error?.reason == message)
        let lenient = try trace(text, isLenient: true)
        #expect(lenient.skippedLines == 1)
        #expect(lenient.events.isEmpty)
    }

    @Test func `a trace is known by its first lines, other texts are not`() {
        #expect(FTrace.isTrace(Array(Self.header.utf8)))
        #expect(FTrace.isTrace(Array("cpus=4\n".utf8)))
        #expect(FTrace.isTrace(Array("x-1 [000] 1.0: sched_switch: prev_comm=x\n".utf8)))
        #expect(!FTrace.isTrace(Array("# cma oracle 1\nkernel version=6.1\n".utf8)))
        #expect(!FTrace.isTrace(Array("[    1.0] cma: Reserved 64 MiB at 0x1000\n".utf8)))
        #expect(!FTrace.isTrace([]))
    }

    @Test(arguments: 0..<4)
    func `a damaged trace is refused or read, never more`(round: Int) {
        let intact = Array(
            (Self.header
                + "  a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2\n"
                + "  a-1 [000] ..... 1.1: cma_alloc_finish: name=x pfn=0x40 page=00000001 count=4 align=2\n")
                .utf8)
        for position in intact.indices {
            var bytes = intact
            bytes[position] = UInt8(truncatingIfNeeded: position &* 37 &+ round &* 91)
            if let found = try? FTrace(parsing: bytes) { #expect(found.events.count <= 3) }
            #expect((try? FTrace(parsing: bytes, isLenient: true)) != nil)
            _ = try? FTrace(parsing: Array(bytes.prefix(position)))
        }
    }
}
