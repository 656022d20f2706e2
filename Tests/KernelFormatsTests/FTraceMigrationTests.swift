import KernelFormats
import Testing

/// The event that Linux 6.12 prints with its values under the wrong names.
@Suite struct FTraceMigrationTests {
    private func migrations(_ values: [(type: Int, migrated: Int, reclaimed: Int, mapped: Int)]) throws
        -> [FTrace.Migration]
    {
        let lines = values.map {
            "init-1 [001] ..... 8.306999: mm_alloc_contig_migrate_range_info: start=0x10000 end=0x10010 "
                + "migratetype=\($0.type) nr_migrated=\($0.migrated) nr_reclaimed=\($0.reclaimed) nr_mapped=\($0.mapped)\n"
        }
        return try FTrace(parsing: Array(lines.joined().utf8)).migrations
    }

    private func values(_ all: [FTrace.Migration]) -> [[Int]] {
        all.map { [$0.migratetype, $0.migrated, $0.reclaimed, $0.mapped] }
    }

    @Test func `values that a kernel printed shifted get their right names`() throws {
        // As Linux 6.12.117 printed them: 16 pages moved of which 16 were mapped, then 3 dropped.
        let found = try migrations([(0, 4, 0, 0), (16, 4, 16, 0), (3, 4, 0, 3)])
        #expect(values(found) == [[4, 0, 0, 0], [4, 16, 0, 16], [4, 0, 3, 3]])
    }

    @Test func `values that a kernel printed right stay as they are`() throws {
        let found = try migrations([(4, 4, 0, 4), (4, 16, 0, 16)])
        #expect(values(found) == [[4, 4, 0, 4], [4, 16, 0, 16]])
    }

    @Test func `where no line tells, the values are shifted as in the release that has the event`() throws {
        #expect(values(try migrations([(4, 4, 9, 2)])) == [[4, 9, 2, 4]])
    }

    @Test func `a call has what its own task's windows moved`() throws {
        let trace = try FTrace(
            parsing: Array(
                """
                a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2
                b-2 [001] ..... 1.1: mm_alloc_contig_migrate_range_info: start=0x1 end=0x2 migratetype=0 nr_migrated=4 nr_reclaimed=90 nr_mapped=0
                a-1 [000] ..... 1.2: mm_alloc_contig_migrate_range_info: start=0x1 end=0x2 migratetype=2 nr_migrated=4 nr_reclaimed=2 nr_mapped=0
                a-1 [000] ..... 1.3: cma_alloc_busy_retry: name=x pfn=0x100 page=01 count=4 align=2
                a-1 [000] ..... 1.4: mm_alloc_contig_migrate_range_info: start=0x5 end=0x6 migratetype=3 nr_migrated=4 nr_reclaimed=3 nr_mapped=0
                a-1 [000] ..... 1.5: cma_alloc_finish: name=x pfn=0x104 page=03 count=4 align=2 errorno=0
                a-1 [000] ..... 1.6: cma_alloc_start: name=x count=4 align=2
                a-1 [000] ..... 1.7: cma_alloc_finish: name=x pfn=0x108 page=03 count=4 align=2 errorno=0

                """.utf8))
        let calls = FTraceHistory(trace).steps.compactMap { step in
            if case .call(let call) = step { call.migrated } else { nil as Int? }
        }
        #expect(calls == [5])
    }

    @Test(arguments: ["nr_mapped=many", "nr_mapped=-1", "start=0x1"])
    func `a broken value is refused with its line`(field: String) {
        let line =
            "a-1 [000] ..... 1.0: mm_alloc_contig_migrate_range_info: migratetype=0 nr_migrated=4 nr_reclaimed=0 \(field)\n"
        let error = #expect(throws: KernelFormatError.self) { try FTrace(parsing: Array(line.utf8)) }
        #expect(error?.line == 1)
    }
}
