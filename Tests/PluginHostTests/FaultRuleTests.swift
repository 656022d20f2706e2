import Emulation
import Testing
import TextSupport

@testable import PluginHost

@Suite struct FaultRuleTests {
    private static let instances = ["camera", "ui.1", "ui.2", "first_fit.so"]

    private func rule(_ text: String) throws -> FaultRule {
        try FaultRule(parsing: text, instances: Self.instances)
    }

    @Test(arguments: [
        ("fail cma_alloc", FaultRule(.fail(errorNumber: nil), .cmaAlloc)),
        ("fail 7th cma_alloc", FaultRule(.fail(errorNumber: nil), .cmaAlloc, .only(7))),
        ("fail every 3rd cma_alloc", FaultRule(.fail(errorNumber: nil), .cmaAlloc, .every(3))),
        ("fail cma_alloc after 100", FaultRule(.fail(errorNumber: nil), .cmaAlloc, after: 100)),
        (
            "fail 1st stream_queue of ui with EIO",
            FaultRule(.fail(errorNumber: 5), .streamQueue, .only(1), instance: "ui")
        ),
        (
            "delay cma_release by 2ms of camera",
            FaultRule(.delay(EmulatedDuration(nanoseconds: 2_000_000)), .cmaRelease, instance: "camera")
        ),
        (
            "delay every 21st ktime_get_ns by 250us after 4",
            FaultRule(
                .delay(EmulatedDuration(nanoseconds: 250_000)), .ktimeGetNS, .every(21), after: 4)
        ),
    ])
    func `a rule is read, and its canonical form reads back the same`(text: String, wanted: FaultRule) throws
    {
        #expect(try rule(text) == wanted)
        #expect(try rule(wanted.description) == wanted)
    }

    @Test(arguments: [
        ("fail every cma_alloc", "fail cma_alloc"), ("  fail  2th   cma_alloc ", "fail 2nd cma_alloc"),
        ("delay every cma_release of camera after 3 by 2000us", "delay cma_release by 2ms after 3 of camera"),
        ("fail 111st cma_alloc", "fail 111th cma_alloc"), ("fail 23th cma_alloc", "fail 23rd cma_alloc"),
        ("fail dma_job with EIO of first_fit.so", "fail dma_job of first_fit.so with EIO"),
    ])
    func `what says the same has one form`(text: String, canonical: String) throws {
        #expect(try rule(text).description == canonical)
    }

    @Test(arguments: [
        ("", 1, "a rule begins with fail or delay, such as 'fail 7th cma_alloc'"),
        ("break cma_alloc", 1, "a rule begins with fail or delay"),
        ("fail", 5, "which function? write one of plugin.h, such as cma_alloc"),
        ("fail 7 cma_alloc", 6, "'7' is no ordinal number; write 1st, 2nd, 3rd or 7th"),
        ("fail 0th cma_alloc", 6, "'0th' is no ordinal number"),
        ("fail 99999999999999999999th cma_alloc", 6, "is no ordinal number"),
        ("fail every 3 cma_alloc", 12, "'3' is no ordinal number"),
        ("fail 7th cma_aloc", 10, "'cma_aloc' is no function of the host; did you mean cma_alloc?"),
        ("fail 7th malloc_everything", 10, "is no function of the host; write one of plugin.h"),
        ("fail ktime_get_ns", 6, "ktime_get_ns cannot fail; delay it, or choose another function"),
        ("fail cma_alloc after", 21, "after how many calls? write 'after 100'"),
        ("fail cma_alloc after -1", 22, "after how many calls?"),
        ("fail cma_alloc after 1 after 2", 24, "'after' stands twice; keep one of the two"),
        ("fail cma_alloc of camra", 19, "no instance 'camra'; did you mean camera?"),
        ("fail cma_alloc of ui.", 19, "no instance 'ui.'"),
        ("fail cma_alloc of", 18, "of which instance? write 'of camera'"),
        ("fail cma_alloc with ENOMEM", 16, "cma_alloc returns no error number; leave out 'with'"),
        ("fail cma_release with ENOMEM", 18, "cma_release returns no error number"),
        ("fail dma_job with 12", 19, "'12' is no error number; write one such as ENOMEM or EBUSY"),
        ("fail dma_job with", 18, "with which error number?"),
        ("fail cma_alloc by 2ms", 16, "'by' is nothing that 'fail' takes; there are after, of, with"),
        ("delay cma_alloc", 16, "by how long? add 'by 2ms'"),
        ("delay cma_alloc by 2", 20, "'2' has no unit; write 2s (or ns, us, ms, min)"),
        ("delay cma_alloc with ENOMEM", 17, "'with' is nothing that 'delay' takes"),
    ])
    func `a wrong rule is refused with its place and what would be right`(
        text: String, column: Int, message: String
    ) {
        let error = #expect(throws: FaultRuleError.self) { try rule(text) }
        #expect(error?.column == column)
        #expect(error?.message.hasPrefix(message) == true || error?.message.contains(message) == true)
    }

    @Test(arguments: [
        ("fail cma_alloc", [1, 2, 3, 4, 5, 6, 7]), ("fail 3rd cma_alloc", [3]),
        ("fail every 3rd cma_alloc", [3, 6]), ("fail cma_alloc after 5", [6, 7]),
        ("fail 2nd cma_alloc after 3", [5]), ("fail every 2nd cma_alloc after 3", [5, 7]),
    ])
    func `a rule hits the calls that it says`(text: String, hits: [Int]) throws {
        let rule = try rule(text)
        #expect((1...7).filter(rule.hits) == hits)
    }

    @Test func `a name means its instance, or all that share it`() throws {
        let some = try rule("fail cma_alloc of ui")
        #expect(["ui", "ui.1", "ui.12"].allSatisfy(some.concerns))
        #expect(!["camera", "ui.", "ui.x", "ui2", "u"].contains(where: some.concerns))
        let one = try rule("fail cma_alloc of ui.2")
        #expect(one.concerns(instance: "ui.2") && !one.concerns(instance: "ui.1"))
        #expect(try rule("fail cma_alloc").concerns(instance: "anything"))
    }
}
