import Measurement
import Testing

@Suite struct GateTests {
    /// Two strategies in two cases: normal takes 100 ms and stalls 1 ms, mine.so 160 ms and 6 ms.
    private static let comparison: Comparison = {
        var samples: [RunSample] = []
        for caseName in ["quiet", "busy"] {
            samples += runs("normal", [100e6, 100e6], caseName: caseName)
            samples += runs("mine.so", [160e6, 160e6], caseName: caseName, stall: 6e6)
        }
        samples += runs("normal", [nil, nil], device: "isp")
        return Comparison(samples: samples, reference: "normal", order: .init(cases: ["quiet", "busy"]))
    }()

    /// Case, device and strategy of the rows that violate a gate.
    private func violations(_ text: String) throws -> [String] {
        try Gate(parsing: text).evaluate(Self.comparison)
            .map { "\($0.row.caseName).\($0.row.device).\($0.row.strategy)" }
    }

    private func error(of text: String) -> String? {
        do {
            _ = try violations(text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `a gate is read with its device, strategy, metric, relation and value`() throws {
        let gate = try Gate(parsing: "camera.fail-fast.stall_max_ns > 5ms")
        #expect(gate.device == "camera")
        #expect(gate.strategy == "fail-fast")
        #expect(gate.metric == .longestStall)
        #expect(gate.relation == .greater)
        #expect(gate.limit == .absolute(5e6))
    }

    @Test func `a strategy may have dots in its name`() throws {
        #expect(try Gate(parsing: "camera.mine.so.calls>1").strategy == "mine.so")
        #expect(try Gate(parsing: "camera.lib.v2.so.calls>1").strategy == "lib.v2.so")
        #expect(
            try Gate(parsing: "camera.normal.calls > 1.5x lib.v2.so").limit
                == .relative(1.5, strategy: "lib.v2.so"))
    }

    @Test func `a star is every device or strategy`() throws {
        let gate = try Gate(parsing: " *.*.calls>=1 ")
        #expect(gate.device == nil)
        #expect(gate.strategy == nil)
    }

    @Test(arguments: [
        ("7ns", 7), ("7us", 7e3), ("7µs", 7e3), ("7 ms", 7e6), ("0.5s", 5e8), ("7", 7),
    ])
    func `a time has a unit or is in ns`(value: String, nanoseconds: Double) throws {
        #expect(try Gate(parsing: "*.*.stall_max_ns>\(value)").limit == .absolute(nanoseconds))
    }

    @Test func `a share is in per cent or of 1`() throws {
        #expect(try Gate(parsing: "*.*.satisfied<90%").limit == .absolute(0.9))
        #expect(try Gate(parsing: "*.*.satisfied<0.9").limit == .absolute(0.9))
    }

    @Test(arguments: [
        ("< 6000000.5ns", 1), ("<= 1ms", 0), ("> 1ms", 2), (">= 6000000.5ns", 1), ("== 6000000.5ns", 1),
        ("!= 6000000.5ns", 1),
    ])
    func `each relation fails the rows of which it is true`(condition: String, strategies: Int) throws {
        // The medians of the two seeds are 1000000.5 and 6000000.5 ns.
        #expect(try violations("camera.*.stall_max_ns " + condition).count == 2 * strategies)
    }

    @Test func `violations are named in the order of the rows`() throws {
        #expect(
            try violations("camera.*.time_to_satisfaction_ns > 1ms") == [
                "quiet.camera.mine.so", "quiet.camera.normal", "busy.camera.mine.so", "busy.camera.normal",
            ])
        #expect(try violations("camera.normal.time_to_satisfaction_ns > 1s").isEmpty)
    }

    @Test func `a time that is never is longer than any limit`() throws {
        #expect(try violations("isp.normal.time_to_satisfaction_ns > 1000s") == ["quiet.isp.normal"])
        #expect(try violations("isp.normal.time_to_satisfaction_ns < 1000s").isEmpty)
    }

    @Test func `a relative gate holds each case against the other strategy in it`() throws {
        #expect(
            try violations("camera.mine.so.time_to_satisfaction_ns > 1.5x normal")
                == ["quiet.camera.mine.so", "busy.camera.mine.so"])
        #expect(try violations("camera.mine.so.time_to_satisfaction_ns > 1.6x normal").isEmpty)
        let violation = try #require(
            try Gate(parsing: "camera.mine.so.stall_max_ns > 2x normal").evaluate(Self.comparison).first)
        #expect(violation.value == 6e6 + 0.5)
        #expect(violation.bound == 2e6 + 1)
    }

    @Test func `among all strategies the other is not held against itself`() throws {
        #expect(
            try violations("camera.*.calls >= 1x normal") == ["quiet.camera.mine.so", "busy.camera.mine.so"])
    }

    @Test func `rows of which every run failed never pass`() throws {
        let comparison = Comparison(
            samples: runs("normal", [1]) + failedRuns("mine.so", count: 2), reference: "normal")
        let gate = try Gate(parsing: "camera.mine.so.stall_max_ns > 5s")
        #expect(try gate.evaluate(comparison).map(\.value) == [nil])
        let relative = try Gate(parsing: "camera.normal.stall_max_ns > 5x mine.so")
        #expect(try relative.evaluate(comparison).map(\.bound) == [nil])
    }

    @Test func `a gate that matches no row is an error`() {
        #expect(
            error(of: "camera.normal.drains > 5")
                == "'camera.normal.drains > 5': no row of the comparison has such a value, so nothing was checked"
        )
        #expect(error(of: "isp.mine.so.calls > 5")?.hasSuffix("so nothing was checked") == true)
        #expect(error(of: "isp.*.calls >= 1x normal")?.hasSuffix("so nothing was checked") == true)
    }

    @Test(arguments: [
        ("camra.normal.calls > 5", "'camra.normal.calls > 5': no device 'camra'; did you mean 'camera'?"),
        ("camera.norml.calls > 5", "'camera.norml.calls > 5': no strategy 'norml'; did you mean 'normal'?"),
        ("camera.normal.call > 5", "'camera.normal.call > 5': no metric 'call'; did you mean 'calls'?"),
        ("camera.x.calls > 5", "'camera.x.calls > 5': no strategy 'x': there are mine.so, normal"),
        (
            "camera.normal.calls > 2x norml",
            "'camera.normal.calls > 2x norml': no strategy 'norml'; did you mean 'normal'?"
        ),
    ])
    func `an unknown name is told with the nearest right one`(text: String, message: String) {
        #expect(error(of: text) == message)
    }

    @Test(arguments: [
        ("camera.normal.calls", "there is no relation: expected one of < <= > >= == !="),
        ("camera.normal.calls => 5", "'=>' is no relation: expected one of < <= > >= == !="),
        ("camera.normal.calls = 5", "'=' is no relation: expected one of < <= > >= == !="),
        (
            "camera.calls > 5",
            "'camera.calls' is not DEVICE.STRATEGY.METRIC, such as camera.normal.stall_max_ns; * is every one"
        ),
        (
            "..calls > 5",
            "'..calls' is not DEVICE.STRATEGY.METRIC, such as camera.normal.stall_max_ns; * is every one"
        ),
        ("*.*.calls > ", "'' is no value of calls: expected a number or '1.5x STRATEGY'"),
        ("*.*.calls > 5ms", "'5ms' is no value of calls: expected a number or '1.5x STRATEGY'"),
        ("*.*.calls > -5", "'-5' is no value of calls: expected a number or '1.5x STRATEGY'"),
        ("*.*.calls > 1.2.3", "'1.2.3' is no value of calls: expected a number or '1.5x STRATEGY'"),
        ("*.*.calls > 2x", "'2x' is no value of calls: expected a number or '1.5x STRATEGY'"),
        ("*.*.calls > 0x normal", "'0x normal' is no value of calls: expected a number or '1.5x STRATEGY'"),
        (
            "*.*.stall_max_ns > 5 parsec",
            "'5 parsec' is no value of stall_max_ns: expected a time such as 5ms or '1.5x STRATEGY'"
        ),
        (
            "*.*.satisfied < 5ms",
            "'5ms' is no value of satisfied: expected a share such as 90% or '1.5x STRATEGY'"
        ),
        (
            "*.*.largest_free_pages < 90%",
            "'90%' is no value of largest_free_pages: expected a number of pages or '1.5x STRATEGY'"
        ),
    ])
    func `what cannot be read is told with what would be right`(text: String, reason: String) {
        #expect(error(of: text) == "'\(text)': \(reason)")
    }

    @Test func `a strategy that is not compared is told before the first run`() throws {
        let gate = try Gate(parsing: "camera.*.calls > 2x norml")
        #expect(throws: GateError.self) { try gate.check(strategies: ["normal", "cached"]) }
        try gate.check(strategies: ["norml"])
    }
}
