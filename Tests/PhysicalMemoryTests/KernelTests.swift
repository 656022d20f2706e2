import Testing

@testable import PhysicalMemory

@Suite struct KernelTests {
    @Test func `every kernel is found by its name, and its costs are a shipped profile`() {
        #expect(Set(Kernel.all.map(\.name)).count == Kernel.all.count)
        for kernel in Kernel.all {
            #expect(Kernel(named: kernel.name) == kernel)
            #expect(CostProfile.named(kernel.costs) != nil)
        }
        #expect(Kernel(named: "linux-6.01") == nil)
    }

    @Test func `a machine that names no costs has its kernel's`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        for kernel in Kernel.all {
            let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
            #expect(memory.zone.costs == CostProfile.named(kernel.costs))
            let given = try MachineMemory(
                pages: 131_072, areas: [geometry], kernel: kernel, costs: .cortexA72)
            #expect(given.zone.costs == .cortexA72)
        }
        #expect(Set([Kernel.linux6_1, .linux6_12, .linux7_3].map(\.costs)).count == 3)
    }

    @Test func `a kernel that no recording checked says so in its rules, and no other does`() {
        for kernel in Kernel.all {
            let last = kernel.rules.last
            #expect(last?.subject == "checked against")
            #expect((kernel.note != nil) == (kernel.evidence == .reading))
            #expect(
                last?.decision.contains("not checked against recordings") == (kernel.evidence == .reading))
        }
        #expect(Kernel.android6_12.note?.contains("not checked against recordings") == true)
    }

    @Test(arguments: [
        ("6.12.117", Kernel.linux6_12), ("6.12.23-android16-5-g123", .android6_12),
        ("6.12.57+deb13-arm64", .linux6_12),
        ("7.3.4", .linux7_3), ("7.3.4-1~bpo13+1", .linux7_3),
    ])
    func `a release is judged by its kernel, a vendor's by that vendor's`(release: String, kernel: Kernel) {
        #expect(Kernel(release: release) == kernel)
        #expect(Kernel(release: kernel.releases.text) == kernel)
    }

    @Test(arguments: ["6.1.25-android14", "7.3.0-android17"])
    func `a vendor's release of another kernel has no judge`(release: String) {
        #expect(Kernel(release: release) == nil)
    }

    @Test func `on Android a caller that waits scans again, and one that does not never sleeps`() throws {
        let kernel = Kernel.android6_12
        #expect(kernel.effort(of: .normal).rescans == 5)
        #expect(kernel.effort(of: .normal).busyIsFinal)
        #expect(kernel.effort(of: .noRetry).rescans == 0)
        let area = try pinnedArea(on: kernel)
        let patient = area.allocate(AllocationRequest(count: 512, align: 9), mode: .normal)
        #expect(patient.errno == .busy)
        #expect(patient.durationNanoseconds >= 500_000_000)
        let hasty = area.allocate(AllocationRequest(count: 512, align: 9), mode: .noRetry)
        #expect(hasty.errno == .busy)
        #expect(hasty.durationNanoseconds < 100_000_000)
    }

    @Test(arguments: ["6.1", "6.1.192", "6.1.0-37-amd64", "6.1-rc3"])
    func `a release of 6.1 is judged by Linux 6.1`(release: String) {
        #expect(Kernel(release: release) == .linux6_1)
    }

    @Test(arguments: [
        "", "6", "6.", ".1", "6.0.1", "6.2", "6.10.3", "5.15.0", "61.1", "-6.1",
        "6.99999", "99999.1", "٦.١",
    ])
    func `a release that no kernel covers, or that is not one, has no judge`(release: String) {
        #expect(Kernel(release: release) == nil)
    }

    @Test func `releases are told in the words of a refusal`() {
        #expect(KernelReleases(from: .init(6, 1), upTo: .init(6, 2)).description == "6.1")
        #expect(KernelReleases(from: .init(6, 12), upTo: .init(6, 15)).description == "6.12 to before 6.15")
    }

    /// One window whose only obstacle is a pinned page of the page cache, which isolation takes and migration does not move.
    private func pinnedArea(on kernel: Kernel) throws -> ContiguousArea {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
        memory.pin(memory.areas[0].putFile(at: 3, dirty: true))
        return memory.areas[0]
    }

    @Test(arguments: [(5, 10), (2, 10), (5, 4)])
    func `a page that never moves is attempted in every pass of every try of its kernel`(
        tries: Int, passes: Int
    ) throws {
        let kernel = Kernel.linux6_1.with {
            $0.range.tries = tries
            $0.migration.passes = .overBatch(passes, hasty: 3)
        }
        let area = try pinnedArea(on: kernel)
        _ = area.allocate(AllocationRequest(count: 512, align: 9), mode: .normal)
        #expect(area.memory.work[.migrateAttempt] == tries * passes)
    }

    @Test(arguments: [AllocationErrno.noMemory, .busy])
    func `a call that tries no window fails with its kernel's errno`(errno: AllocationErrno) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let kernel = Kernel.linux6_1.with { $0.search.withoutWindow = errno }
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
        let outcome = memory.areas[0].allocate(AllocationRequest(count: 513, align: 0), mode: .normal)
        #expect(outcome.errno == errno)
    }

    @Test func `an LRU batch holds what its kernel says`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let kernel = Kernel.linux6_1.with { $0.lists.lruBatch = 31 }
        let memory = try MachineMemory(pages: 131_072, areas: [geometry], kernel: kernel)
        for _ in 0..<30 { _ = memory.allocatePage(for: .anonymous, cpu: 0) }
        #expect(memory.zone.cpus[0].lruBatch.count == 30)
        _ = memory.allocatePage(for: .anonymous, cpu: 0)
        #expect(memory.zone.cpus[0].lruBatch.isEmpty)
    }

    @Test func `areas share a mutex only where their kernel has one for all`() throws {
        let first = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        let second = try #require(AreaGeometry(basePFN: 66_560, pages: 512))
        for scope in MutexScope.allCases {
            let memory = try MachineMemory(
                pages: 131_072, areas: [first, second], kernel: .linux6_1.with { $0.search.mutex = scope })
            #expect((memory.areas[0].mutex === memory.areas[1].mutex) == (scope == .machine))
        }
    }

    @Test func `the newer kernels are judges of their releases`() {
        #expect(Kernel(release: "6.12.117") == .linux6_12)
        #expect(Kernel(release: "7.3.4") == .linux7_3)
    }

    @Test(arguments: [
        (Kernel.linux6_1, AllocationErrno.noMemory), (.linux6_12, .noMemory), (.linux7_3, .busy),
    ])
    func `where nothing fits the errno is the kernel's, and nothing is tried`(
        kernel: Kernel, errno: AllocationErrno
    ) throws {
        let area = try SplitAreaTests.makeArea([65_536..<66_048], kernel: kernel)
        #expect(area.allocate(400).offset == 0)
        let outcome = area.allocate(200)
        #expect(outcome.errno == errno)
        #expect(outcome.busyRetries == 0)
        #expect(area.busyWindows == [])
    }

    @Test(arguments: [(Kernel.linux6_1, 1, 600), (.linux6_12, 1, 0), (.linux7_3, 2, 600)])
    func `a request for more than the area is traced and counted as its kernel does`(
        kernel: Kernel, events: Int, counted: Int
    ) throws {
        let area = try SplitAreaTests.makeArea([65_536..<66_048], kernel: kernel)
        var kinds: [AllocationEvent.Kind] = []
        let outcome = area.allocate(
            AllocationRequest(count: 600, align: 0), mode: .normal, onEvent: { kinds.append($0.kind) })
        #expect(outcome.offset == nil)
        #expect(kinds == Array([.start, .failure].prefix(events)))
        #expect(area.failedPagesInAll == counted)
    }

    /// A case that was published on linux-mm in 2015 and again in 2019.
    @Test(arguments: [Kernel.linux6_1, .linux6_12, .linux7_3])
    func `14,720 windows with a page that is isolated and does not move cost 73,600 calls of migrate_pages`(
        kernel: Kernel
    ) throws {
        let area = try SplitAreaTests.makeArea([65_536..<65_536 + 4 * 14_720], kernel: kernel)
        for window in 0..<14_720 { area.memory.pin(area.putFile(at: 4 * window + window % 4)) }
        let outcome = area.allocate(4, align: 2)
        #expect(outcome.errno == .busy)
        #expect(outcome.busyRetries == 14_720)
        #expect(area.memory.work[.migrateBatch] == 73_600)
    }
}
