import Testing

@testable import PhysicalMemory

@Suite struct AllocationModeTests {
    @Test(arguments: [
        // name, caches the last failure, migrate tries, drains, disables the LRU cache, migration
        ("normal", false, 5, true, true, AllocationMode.Migration.sync),
        ("cached", true, 5, true, true, .sync),
        ("nodrain", false, 1, false, false, .sync),
        ("noretry", false, 1, true, true, .async),
        ("failfast", true, 1, false, false, .async),
    ])
    func `a named mode has the knobs of the kernel it was recorded from`(
        name: String, caches: Bool, tries: Int, drains: Bool, disables: Bool,
        migration: AllocationMode.Migration
    ) throws {
        let mode = try #require(AllocationMode(named: name))
        #expect(mode.cachesLastFailure == caches)
        #expect(Kernel.linux6_1.effort(of: mode).tries == tries)
        #expect(mode.drainsPerCPULists == drains)
        #expect(mode.disablesLRUCache == disables)
        #expect(mode.migration == migration)
        #expect(mode.name(on: .linux6_1) == name)
    }

    @Test func `there are five named modes, each under one name`() {
        #expect(AllocationMode.named.map(\.name) == ["normal", "cached", "nodrain", "noretry", "failfast"])
        #expect(Set(AllocationMode.named.map(\.mode)).count == 5)
    }

    @Test func `the constants are the named modes`() {
        #expect(AllocationMode(named: "normal") == .normal)
        #expect(AllocationMode(named: "cached") == .cached)
        #expect(AllocationMode(named: "nodrain") == .noDrain)
        #expect(AllocationMode(named: "noretry") == .noRetry)
        #expect(AllocationMode(named: "failfast") == .failFast)
    }

    @Test func `fail-fast is another spelling of failfast`() {
        #expect(AllocationMode(named: "fail-fast") == .failFast)
    }

    @Test(arguments: ["", "Normal", "fast", "no-drain", "failfast ", "normal,cached"])
    func `any other text names no mode`(text: String) {
        #expect(AllocationMode(named: text) == nil)
    }

    @Test func `a mode without a name is called by its knobs`() {
        var mode = AllocationMode.normal
        mode.migrateTries = 3
        mode.cachesLastFailure = true
        #expect(
            mode.name(on: .linux6_1)
                == "tries=3,drain=true,lru=true,pcp-off=false,sync,cache=true,busy-final=false,step=alignment,rescans=0"
        )
    }

    @Test func `what a caller leaves open is the kernel's to decide`() {
        let other = Kernel.linux6_1.with {
            $0.range.tries = 2
            $0.range.forgivesBusy = false
            $0.search.retryStep = .largestBlock
            $0.search.rescans = 3
        }
        let effort = other.effort(of: .normal)
        #expect((effort.tries, effort.rescans) == (2, 3))
        #expect(effort.busyIsFinal && effort.retryStep == .largestBlock)
        var mode = AllocationMode.normal
        (mode.migrateTries, mode.busyIsFinal, mode.retryStep, mode.rescans) = (5, false, .alignment, 0)
        #expect(other.effort(of: mode) == Kernel.linux6_1.effort(of: .normal))
    }

    @Test func `a mode that spells out what the kernel does is named like the mode that leaves it open`() {
        var mode = AllocationMode.normal
        mode.migrateTries = 5
        #expect(mode.name(on: .linux6_1) == "normal")
        #expect(mode.name(on: .linux6_1.with { $0.range.tries = 4 }).hasPrefix("tries=5,"))
    }

    @Test func `two modes that differ in one knob have different names`() {
        var names: Set<String> = []
        for tries in 1...5 {
            for knobs in 0..<16 {
                let mode = AllocationMode(
                    migrateTries: tries, drainsPerCPULists: knobs & 1 != 0, disablesLRUCache: knobs & 2 != 0,
                    migration: knobs & 4 != 0 ? .sync : .async, cachesLastFailure: knobs & 8 != 0)
                names.insert(mode.name(on: .linux6_1))
            }
        }
        #expect(names.count == 80)
    }
}
