import PhysicalMemory
import Testing

/// Cost profiles as text.
@Suite struct CostProfileTextTests {
    private let good = CostProfile.qemu.description

    private func error(_ text: String) -> CostProfileError? {
        do {
            _ = try CostProfile(parsing: text)
            return nil
        } catch {
            return error
        }
    }

    private func replacing(_ old: String, by new: String) throws -> String {
        var lines = good.split(separator: "\n").map(String.init)
        let index = try #require(lines.firstIndex { $0.hasPrefix(old + " ") })
        lines[index] = new
        return lines.joined(separator: "\n") + "\n"
    }

    @Test(arguments: CostProfile.shippedTexts.map(\.name))
    func `the profiles that come with devemu are complete and say where they come from`(name: String) throws {
        let profile = try #require(CostProfile.named(name))
        #expect(try CostProfile(parsing: profile.description) == profile)
        for step in CostStep.allCases { #expect(profile.nanoseconds(step) > 0, "\(step)") }
        let text = try #require(CostProfile.shippedTexts.first { $0.name == name }?.text)
        #expect(text.hasPrefix("# \(name): "))
        for line in text.split(separator: "\n") { #expect(line.contains("#"), "\(line)") }
    }

    @Test func `each shipped name has a profile, and other names have none`() {
        #expect(
            CostProfile.shippedTexts.map(\.name)
                == ["linux-6.1-qemu", "linux-6.12-qemu", "linux-7.3-qemu", "linux-6.1-cortex-a72"])
        #expect(CostProfile.named("linux-6.1-qemu") == .qemu)
        #expect(CostProfile.named("linux-6.1-cortex-a72") == .cortexA72)
        #expect(CostProfile.named("linux-6.1") == nil)
        #expect(CostProfile.named("") == nil)
    }

    @Test func `step names are unique`() {
        #expect(Set(CostStep.allCases.map(\.name)).count == CostStep.allCases.count)
    }

    @Test func `tenths of a nanosecond survive a round trip`() throws {
        let profile = CostProfile([.isolateStep: 20.8, .takePage: 0.1, .call: 7, .firstCall: 1e9])
        let again = try CostProfile(parsing: profile.description)
        #expect(again == profile)
        #expect(again.nanoseconds(.isolateStep) == 20.8)
        #expect(again.nanoseconds(.takePage) == 0.1)
        #expect(again.nanoseconds(.window) == 0)
        #expect(again.nanoseconds(.firstCall) == 1e9)
    }

    @Test(arguments: [
        ("call = 1.5 us", 1500), ("call=2 ms # slow", 2_000_000), ("\tcall =  0.0001 us\r", 0.1),
        ("call = 007.50 ns", 7.5), ("call = 0 ns", 0), ("call = 1000.0 ms", 1e9),
    ])
    func `a cost has a unit`(line: String, nanoseconds: Double) throws {
        let profile = try CostProfile(parsing: replacing("call", by: line))
        #expect(profile.nanoseconds(.call) == nanoseconds)
    }

    @Test func `comments, empty lines and the order do not matter`() throws {
        let lines = good.split(separator: "\n").reversed().joined(separator: "\n\n# a = b\n  # c\n")
        #expect(try CostProfile(parsing: lines) == .qemu)
        #expect(
            CostProfile.qemu.text(header: ["a", ""], comments: [.call: "b"]).hasPrefix(
                "# a\n#\ncall                = 6880 ns "))
    }

    @Test(arguments: [
        ("call 1 ns", CostProfileError.Code.malformed), ("call = 1 ns = 2 ns", .malformed),
        ("call = 1 ns 2", .malformed), ("call =", .malformed), ("= 1 ns", .malformed),
        ("a call = 1 ns", .malformed), ("cal = 1 ns", .unknownStep("cal", nearest: "call")),
        ("migrate_pages = 1 ns", .unknownStep("migrate_pages", nearest: "migrate_page")),
        ("sleep = 1 ns", .unknownStep("sleep", nearest: nil)), ("call = 1", .badUnit("")),
        ("call = 1ns", .badUnit("")), ("call = 1 s", .badUnit("s")), ("call = 1 NS", .badUnit("NS")),
        ("call = x ns", .badNumber("x")), ("call = -1 ns", .badNumber("-1")),
        ("call = 1.25 ns", .badNumber("1.25")), ("call = .5 ns", .badNumber(".5")),
        ("call = 5. ns", .badNumber("5.")), ("call = 1e3 ns", .badNumber("1e3")),
        ("call = 1.2.3 us", .badNumber("1.2.3")), ("call = 1000000001 ns", .badNumber("1000000001")),
        ("call = 99999999999999999999999999 ns", .badNumber("99999999999999999999999999")),
        ("window = 1 ns", .duplicate("window")),
    ])
    func `a line that is wrong is named with its number`(line: String, code: CostProfileError.Code) throws {
        var lines = good.split(separator: "\n").map(String.init)
        lines.removeFirst()
        lines.insert(line, at: 4)
        let found = try #require(error("# comment\n" + lines.joined(separator: "\n")))
        #expect(found.code == code)
        #expect(found.line == 6)
        #expect(!found.description.contains("\n"))
    }

    @Test func `what is missing is named, all of it`() throws {
        let found = try #require(error(try replacing("release", by: "# release = 1 ns")))
        #expect(found.code == .missing(["release"]))
        #expect(found.line == CostStep.allCases.count)
        #expect(error("")?.code == .missing(CostStep.allCases.map(\.name)))
        #expect(error("")?.line == 1)
    }

    @Test func `messages help`() throws {
        #expect(
            error("windows = 1 ns")?.description == "unknown step 'windows'; did you mean window?")
        #expect(error("call = 1")?.description == "the unit is missing: ns, us or ms")
        let long = error(String(repeating: "é", count: 5000) + " = 1 ns")?.description
        #expect((long?.count ?? 1000) < 80)
        #expect((try? CostProfile(parsing: [0xff, 0x00, 0x3d, 0x0a])) == nil)
    }

    @Test func `costs outside 0 to a second are cut`() {
        let profile = CostProfile([.call: -5, .window: .infinity, .release: .nan, .takePage: 2e9])
        #expect(profile.nanoseconds(.call) == 0)
        #expect(profile.nanoseconds(.window) == 1e9)
        #expect(profile.nanoseconds(.release) == 0)
        #expect(profile.nanoseconds(.takePage) == 1e9)
    }
}
