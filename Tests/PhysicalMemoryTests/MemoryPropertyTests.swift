import Testing

@testable import PhysicalMemory

/// Random lives of whole machines: more than 100,000 operations against the invariants, the owners'
/// books and, where nothing but page states decides, the naive area.
@Suite struct MemoryPropertyTests {
    typealias Setup = MemoryLife.Setup

    private static func area(_ base: Int, _ pages: Int, order: Int = 0) -> [AreaGeometry] {
        [AreaGeometry(basePFN: base, pages: pages, orderPerBit: order)].compactMap { $0 }
    }

    static let setups = [
        Setup(pages: 3072, cpus: 1, areas: area(512, 512), seed: 1, operations: 10_000),
        Setup(pages: 3072, cpus: 2, areas: area(512, 1024), seed: 2, operations: 10_000),
        Setup(pages: 3072, cpus: 4, areas: area(512, 512) + area(2048, 512), seed: 3, operations: 10_000),
        Setup(pages: 3072, cpus: 2, areas: area(1024, 512, order: 2), seed: 4, operations: 10_000),
        Setup(
            pages: 4000, cpus: 1, areas: area(516, 200, order: 2) + area(1536, 1024), seed: 5,
            operations: 10_000),
        Setup(
            pages: 16_384, cpus: 4, areas: area(8192 + 512, 4096), seed: 6, operations: 26_000,
            checkInterval: 64),
        Setup(
            pages: 20_000, cpus: 2, areas: area(4096, 2048, order: 2) + area(8192, 8192), seed: 7,
            operations: 26_000, checkInterval: 64),
        Setup(
            pages: 3072, cpus: 2, areas: area(512, 512) + area(2048, 512), seed: 8, operations: 10_000,
            kernel: .linux6_12),
        Setup(
            pages: 3072, cpus: 2, areas: area(512, 512) + area(2048, 512), seed: 9, operations: 20_000,
            kernel: .linux6_12.with {
                $0.range.release = Kernel.linux7_3.range.release
                $0.lists = Kernel.linux7_3.lists
            }),
        // Huge pages; pageblocks of 4 MiB with largest blocks of 32; pageblocks that are the largest blocks.
        Setup(
            pages: 6144, cpus: 2, areas: area(1024, 3072), seed: 21, operations: 10_000, hasHugePages: true),
        Setup(
            pages: 20_480, cpus: 2, areas: area(4096, 8192), seed: 22, operations: 12_000, checkInterval: 32,
            geometry: geometry(16, blockPages: 256), hasHugePages: true),
        Setup(
            pages: 6000, cpus: 1, areas: area(1024 + 256, 2048 + 512), seed: 23, operations: 6000,
            geometry: geometry(16, blockPages: 256)),
        Setup(
            pages: 24_576, cpus: 2, areas: area(8192, 4096), seed: 24, operations: 12_000, checkInterval: 32,
            geometry: geometry(16, blockPages: 2048), hasHugePages: true),
        Setup(
            pages: 57_344, cpus: 2, areas: area(16_384, 16_384), seed: 25, operations: 8000,
            checkInterval: 512,
            geometry: geometry(64, blockPages: 8192)),
    ]

    private static func geometry(_ pageKiB: Int, blockPages: Int) -> PageGeometry {
        PageGeometry(pageBytes: pageKiB << 10, blockPages: blockPages) ?? .standard
    }

    @Test(arguments: setups)
    func `no sequence of operations loses a page or breaks an invariant`(setup: Setup) throws {
        let life = try MemoryLife(setup)
        var generator = SeededGenerator(seed: setup.seed)
        var operations: [MemoryOperation] = []
        for number in 1...setup.operations {
            let operation = MemoryOperation.random(
                &generator, cpus: setup.cpus, pagesInUse: life.pagesInUse, wanted: setup.pages,
                hugePages: setup.hasHugePages)
            operations.append(operation)
            guard let finding = life.execute(operation, checking: number % setup.checkInterval == 0) else {
                continue
            }
            let short = try shrink(operations, of: setup)
            Issue.record(
                "seed \(setup.seed), operation \(number): \(finding)\nshrunk to \(short.count): \(short)")
            return
        }
        // The life was an eventful one.
        #expect(life.tally.succeeded > 300)
        #expect(setup.checkInterval > 1 || life.tally.busy > 15)
        #expect(life.tally.moved > 100)
        #expect(life.tally.dropped > 100)
        #expect(life.tally.failed > 20)
        #expect(setup.checkInterval > 1 || life.tally.predicted > 100)
        #expect(!setup.hasHugePages || life.tally.huge > 10)
    }

    @Test func `the lives have 100,000 operations in total`() {
        #expect(Self.setups.reduce(0) { $0 + $1.operations } >= 100_000)
    }

    /// Whether a list of operations ends in a finding.
    private func fails(_ operations: some Sequence<MemoryOperation>, of setup: Setup) throws -> Bool {
        let life = try MemoryLife(setup)
        return operations.contains { life.execute($0, checking: setup.checkInterval == 1) != nil }
            || life.execute(.elapse(0), checking: true) != nil
    }

    /// A shorter list that fails too: leaves out one chunk after the other, smaller and smaller.
    private func shrink(_ all: [MemoryOperation], of setup: Setup) throws -> [MemoryOperation] {
        var operations = all
        var runs = 0
        var chunk = operations.count / 2
        while chunk > 0, runs < 400 {
            var start = 0
            while start < operations.count, runs < 400 {
                let rest = operations[..<start] + operations[min(start + chunk, operations.count)...]
                runs += 1
                if try fails(rest, of: setup) { operations = Array(rest) } else { start += chunk }
            }
            chunk /= 2
        }
        return operations
    }
}
