import Testing

@testable import PhysicalMemory

@Suite struct AllocationModeTextTests {
    @Test func `a name alone is the named mode`() {
        for (name, mode) in AllocationMode.named { #expect(AllocationMode(parsing: name) == mode) }
    }

    @Test func `every knob changes exactly what its word says`() {
        var mode = AllocationMode.normal
        mode.migration = .async
        #expect(AllocationMode(parsing: "normal+async") == mode)
        mode.cachesLastFailure = true
        mode.migrateTries = 1
        #expect(AllocationMode(parsing: "normal+async+cache+tries1") == mode)
        mode.drainsPerCPULists = false
        mode.disablesLRUCache = false
        #expect(AllocationMode(parsing: "normal+async+cache+tries1+nodrain+nolru") == .failFast)
        #expect(mode == .failFast)
        let spelled = AllocationMode(parsing: "failfast+sync+nocache+drain+lru+tries5")
        #expect(spelled.map(Kernel.linux6_1.effort) == Kernel.linux6_1.effort(of: .normal))
        mode = .normal
        mode.disablesPerCPULists = true
        mode.busyIsFinal = true
        mode.retryStep = .largestBlock
        mode.migrateTries = 0
        #expect(AllocationMode(parsing: "normal+nopcp+busyfinal+skipblock+tries0") == mode)
    }

    @Test func `of two changes of one knob the later one wins`() {
        #expect(AllocationMode(parsing: "normal+cache+nocache") == .normal)
    }

    @Test(arguments: [
        "", "+", "normal+", "+async", "normal++async", "normal+fast", "normal+tries", "normal+tries-1",
        "normal+tries101", "normal async", "cached+CACHE",
    ])
    func `anything else is no mode`(text: String) {
        #expect(AllocationMode(parsing: text) == nil)
    }

    @Test func `every word that is listed is read`() {
        for (word, _) in AllocationMode.knobWords {
            let text = "normal+" + word.replacing("N", with: "7")
            #expect(AllocationMode(parsing: text) != nil, "\(text)")
        }
    }
}
