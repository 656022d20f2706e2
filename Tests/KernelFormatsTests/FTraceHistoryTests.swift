import Foundation
import KernelFormats
import Testing

/// Events put together to calls.
@Suite struct FTraceHistoryTests {
    private func history(_ text: String) throws -> FTraceHistory {
        FTraceHistory(try FTrace(parsing: Array(text.utf8)))
    }

    private func calls(_ text: String) throws -> [FTraceHistory.Call] {
        try history(text).steps.compactMap { step in if case .call(let call) = step { call } else { nil } }
    }

    @Test func `calls of several tasks that overlap are put together by task, in the order of their ends`()
        throws
    {
        let found = try calls(
            """
            a-1 [000] ..... 1.000000: cma_alloc_start: name=x count=4 align=2
            b-2 [001] ..... 1.000010: cma_alloc_start: name=x count=8 align=0
            a-1 [000] ..... 1.000020: cma_alloc_busy_retry: name=x pfn=0x100 page=01 count=4 align=2
            b-2 [001] ..... 1.000030: cma_alloc_finish: name=x pfn=0x200 page=02 count=8 align=0
            a-1 [000] ..... 1.000050: cma_alloc_finish: name=x pfn=0x104 page=03 count=4 align=2

            """)
        #expect(found.map(\.task) == ["b-2", "a-1"])
        #expect(found.map(\.result) == [.pages(pfn: 0x200), .pages(pfn: 0x104)])
        #expect(found.map(\.busy) == [[], [0x100]])
        #expect(found.map(\.nanoseconds) == [20_000, 50_000])
        #expect(found.map(\.isWhole) == [true, true])
    }

    @Test func `Linux 6.1 does not print an errno: the last window tells it`() throws {
        let text = """
            a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2
            a-1 [000] ..... 1.1: cma_alloc_busy_retry: name=x pfn=0x100 page=01 count=4 align=2
            a-1 [000] ..... 1.2: cma_alloc_finish: name=x pfn=PFN page=0000000000000000 count=4 align=2

            """
        func result(_ pfn: String) throws -> FTraceHistory.Call.Result? {
            try calls(text.replacingOccurrences(of: "PFN", with: pfn)).first?.result
        }
        #expect(try result("0x100") == .failed(errno: -16))
        #expect(try result("0x104") == .failed(errno: -12))
        let none = try calls(
            """
            a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2
            a-1 [000] ..... 1.2: cma_alloc_finish: name=x pfn=0xffffffffffffffff page=0000000000000000 count=4 align=2

            """)
        #expect(none.map(\.result) == [.failed(errno: -12)])
    }

    @Test func `an errno that a kernel prints is its own, with or without a window`() throws {
        let found = try calls(
            """
            a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2
            a-1 [000] ..... 1.2: cma_alloc_finish: name=x pfn=0x0 page=0000000000000000 count=4 align=2 errorno=-16

            """)
        #expect(found.map(\.result) == [.failed(errno: -16)])
    }

    @Test func `a call that never ends asked for more than the area has, unless events were lost`() throws {
        let text = """
            a-1 [000] ..... 1.0: cma_alloc_start: name=x count=99999 align=2
            a-1 [000] ..... 1.1: cma_alloc_start: name=x count=4 align=2
            a-1 [000] ..... 1.2: cma_alloc_finish: name=x pfn=0x100 page=01 count=4 align=2

            """
        #expect(try calls(text).map(\.count) == [99999, 4])
        #expect(try calls(text).map(\.result) == [.failed(errno: -12), .pages(pfn: 0x100)])
        let lost = text.replacingOccurrences(
            of: "a-1 [000] ..... 1.1", with: "CPU:0 [LOST 3 EVENTS]\na-1 [000] ..... 1.1")
        #expect(try calls(lost).map(\.count) == [4])
        #expect(try history(lost).unfinishedCalls == 1)
    }

    @Test func `a call of which a part is missing says so`() throws {
        let found = try calls(
            """
            a-1 [000] ..... 1.0: cma_alloc_finish: name=x pfn=0x100 page=01 count=4 align=2
            a-1 [000] ..... 1.1: cma_alloc_start: name=x count=4 align=2
            CPU:0 [LOST EVENTS]
            a-1 [000] ..... 1.2: cma_alloc_finish: name=x pfn=0x104 page=01 count=4 align=2
            b-2 [000] ..... 1.3: cma_alloc_start: name=x count=4 align=2

            """)
        #expect(found.map(\.isWhole) == [false, false])
    }

    @Test func `areas are listed in the order in which they appear, with their sizes where they are told`()
        throws
    {
        let found = try history(
            """
            a-1 [000] ..... 1.0: cma_release: name=second pfn=0x100 page=01 count=4
            a-1 [000] ..... 1.1: cma_alloc_start: name=first request_count=4 available_count=9 total_count=512 align=2

            """)
        #expect(found.areas == ["second", "first"])
        #expect(found.areaPages == ["first": 512])
        #expect(found.unfinishedCalls == 1)
    }
}
