import AllocationStrategies
import PhysicalMemory
import Testing

@testable import Emulation

@Suite struct MachineIdentityTests {
    private func machine() throws -> MachineConfiguration {
        MachineConfiguration(
            memoryPages: 131_072, area: try #require(AreaGeometry(basePFN: 65_536, pages: 512)), seed: 1,
            start: .generated(fill: 0.5, pins: 3), forcedMode: nil)
    }

    /// A change to a machine.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (inout MachineConfiguration) -> Void

        init(_ name: String, _ make: @escaping @Sendable (inout MachineConfiguration) -> Void) {
            testDescription = name
            self.make = make
        }
    }

    static let changes: [Change] = [
        Change("memory") { $0.memoryPages += 1 },
        Change("beginning of memory") { $0.firstPFN = 1024 },
        Change("absent pages") { $0.absent = [4096..<8192] },
        Change("name of an area") { $0.areas[0].name = "other" },
        Change("place of an area") {
            if let area = AreaGeometry(basePFN: 66_048, pages: 512) { $0.areas[0].geometry = area }
        },
        Change("size of an area") {
            if let area = AreaGeometry(basePFN: 65_536, pages: 1024) { $0.areas[0].geometry = area }
        },
        Change("bits of an area") {
            if let area = AreaGeometry(basePFN: 65_536, pages: 512, orderPerBit: 1) {
                $0.areas[0].geometry = area
            }
        },
        Change("another area") {
            if let area = AreaGeometry(basePFN: 1024, pages: 512) { $0.areas.append(("second", area)) }
        },
        Change("fill") { $0.start = .generated(fill: 0.51, pins: 3) },
        Change("pins") { $0.start = .generated(fill: 0.5, pins: 4) },
        Change("mode") { $0.forcedMode = .normal },
        Change("cpus") { $0.cpus = 3 },
        Change("mutex") { $0.kernel.search.mutex = .area }, Change("kernel") { $0.kernel.name = "other" },
        Change("contents") { $0.hasContents = true },
        Change("costs") { $0.chosenCosts = ("mine", .cortexA72) },
        Change("name of the costs") { $0.chosenCosts = ("mine", $0.costs) },
        Change("writers") { $0.background.writers = WriterLoad(writers: 1, diskBytesPerSecond: 1) },
        Change("processes") {
            $0.background.anonymous = AnonymousLoad(processes: 1, residentPages: 1, turnoverPagesPerSecond: 1)
        },
        Change("page size") { $0.geometry = PageGeometry.standard(pageBytes: 16_384) ?? $0.geometry },
        Change("references") {
            $0.background.references = ReferenceLoad(pinsPerSecond: 1, locksPerSecond: 0)
        },
    ]

    @Test(arguments: changes)
    func `whatever decides how a machine behaves is part of its identity`(change: Change) throws {
        var changed = try machine()
        change.make(&changed)
        #expect(try changed.identity(state: nil) != machine().identity(state: nil))
    }

    @Test func `seed and strategy are not part of it, a state is by its hash`() throws {
        var changed = try machine()
        changed.seed = 2
        changed.strategy = .known(.standard)
        // Nothing goes on that could warm up.
        changed.warmUpNanoseconds = 5
        #expect(try changed.identity(state: nil) == machine().identity(state: nil))
        changed.background.references = ReferenceLoad(pinsPerSecond: 1, locksPerSecond: 0)
        let before = changed.identity(state: nil)
        changed.warmUpNanoseconds = 6
        #expect(changed.identity(state: nil) != before)
    }

    /// A field that is added has to be thought of in `identity` too.
    @Test func `the identity knows every field of a machine`() throws {
        func fields(of value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        #expect(
            try fields(of: machine()) == [
                "firstPFN", "memoryPages", "absent", "areas", "seed", "start", "forcedMode", "strategy",
                "cpus", "kernel", "geometry", "background",
                "warmUpNanoseconds", "hasContents", "chosenCosts",
            ])
        #expect(fields(of: BackgroundLoad()) == ["writers", "anonymous", "references"])
        #expect(
            fields(of: WriterLoad(writers: 1, diskBytesPerSecond: 1)) == [
                "writers", "diskBytesPerSecond", "filePages", "files", "fsyncInterval",
                "dirtyBackgroundRatio",
                "dirtyRatio",
            ])
        #expect(
            fields(of: AnonymousLoad(processes: 1, residentPages: 1, turnoverPagesPerSecond: 1)) == [
                "processes", "residentPages", "turnoverPagesPerSecond", "usesHugePages", "isLocked",
            ])
        #expect(
            fields(of: ReferenceLoad(pinsPerSecond: 1, locksPerSecond: 1)) == [
                "pinsPerSecond", "shortestPinNanoseconds", "pinTailIndex", "locksPerSecond",
                "meanLockNanoseconds",
            ])
    }
}
