import Foundation
import TestSupport
import Testing

/// What is wrong with a scene is told before anything runs, with its place and the nearest right thing.
@Suite struct SceneErrorTests {
    /// A change of the small scene that breaks it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var status: Int32
        /// The line on standard error, behind `devemu: quick.yaml`.
        var message: String
        var testDescription: String { new }
    }

    static let mistakes = [
        Mistake(
            old: "{ms: 3}", new: "{mz: 3}", status: 65,
            message: ":15:18: no parameter 'mz'; did you mean ms?"),
        Mistake(
            old: "{ms: 3}", new: "{ms: 60001}", status: 65,
            message: ":15:18: ms: 60001 is out of range 0..60000"),
        Mistake(
            old: "{ms: 15}", new: "{ms: soon}", status: 65,
            message:
                ":20:56: ms: 'soon' is not a whole number; write digits, or 0x and hexadecimal digits"),
        Mistake(
            old: "op: start", new: "op: strat", status: 65,
            message: ":18:35: no operation 'strat'; did you mean start?"),
        Mistake(
            old: "op: start", new: "op: preview", status: 65,
            message: ":18:35: no operation 'preview'; there are start, step, finish"),
        Mistake(
            old: "op: start}", new: "op: start, with: {ms: 3}}", status: 65,
            message: ":18:53: operation 'start' takes no ms; it takes nothing"),
        Mistake(
            old: "op: finish}", new: "op: finish, with: {pages: 3}}", status: 65,
            message: ":21:61: operation 'finish' takes no pages; it takes word"),
        Mistake(
            old: "strategy: bulk", new: "strategy: blk", status: 65,
            message: ":16:63: no strategy 'blk'; did you mean bulk?"),
        Mistake(
            old: "strategy: bulk", new: "strategy: nowhere.so", status: 66,
            message: ":16:63: nowhere.so: no such plugin here, nor in "),
        Mistake(
            old: "plugin: camera.so", new: "plugin: camra.so", status: 66,
            message: ":16:28: camra.so: no such plugin here, nor in "),
        Mistake(
            old: "plugin: camera.so", new: "plugin: quick.yaml", status: 69, message: ":16:28: quick.yaml: "),
        Mistake(
            old: "strategy: bulk", new: "strategy: ./recorder.so", status: 69,
            message: ":16:63: ./recorder.so: a workload, not a strategy; its note has no kind=strategy"),
        Mistake(
            old: "area: secure", new: "area: secret", status: 65,
            message: ":16:45: devices[1].area: no area 'secret'; did you mean secure?"),
        Mistake(
            old: "device: recorder.2", new: "device: recorder.3", status: 65,
            message: ":20:23: events[2].device: no device 'recorder.3'; did you mean recorder.1?"),
        Mistake(
            old: "size: 32M}", new: "size: 300M}", status: 65,
            message: ":8:28: 300 MiB do not fit beside the other areas in a machine of 512 MiB"),
        Mistake(
            old: "fill: 80%", new: "costs: quick.costs", status: 66,
            message: ":9:10: 'quick.costs' is no file and none of "),
        Mistake(old: "duration: 100ms", new: "duration: [", status: 65, message: ":"),
    ]

    private let fixture: SceneFixture

    init() throws { fixture = try SceneFixture() }

    @Test(arguments: mistakes)
    func `a mistake in a scene is a line with its place`(mistake: Mistake) throws {
        let text = try SceneFixture.quick()
        try #require(text.contains(mistake.old))
        let range = try #require(text.range(of: mistake.old))
        try fixture.scratch.write(text.replacingCharacters(in: range, with: mistake.new), to: "quick.yaml")
        let outcome = try fixture.run(["run", "quick.yaml"])
        #expect(outcome.status == mistake.status)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.complaints.count == 1)
        let expected = "devemu: quick.yaml\(mistake.message)"
        #expect(outcome.standardError.hasPrefix(expected), "\(outcome.standardError)")
    }

    @Test(arguments: [
        ("camera.widht=3", "--set camera.widht=3: no parameter 'widht'; did you mean width?"),
        ("camera.width=3", "--set camera.width: 3 is out of range 16..16384"),
        ("camra.width=640", "--set camra.width=640: no key or device 'camra'; did you mean camera?"),
        ("machine.pinz=3", "--set machine.pinz=3: machine has no key 'pinz'; did you mean machine.pins?"),
        ("machine.pins=many", "--set machine.pins=many: 'many' is no whole number from 0 to 40960, "),
        ("pins", "--set 'pins' is not name=value"),
    ])
    func `a wrong --set names itself`(setting: String, message: String) throws {
        let outcome = try fixture.run(["run", "quick.yaml", "--set", setting])
        #expect(outcome.status == 64)
        #expect(outcome.standardError.hasPrefix("devemu: \(message)"), "\(outcome.standardError)")
    }

    @Test(arguments: [
        (["--memory", "1X"], "--memory 1X: '1X' is not a size: the units are K, M, G"),
        (["--fill", "101"], "--fill 101: '101%' is more than 100%"),
        (["--area", "64M@1M"], "--area 64M@1M: "), (["--cpus", "0"], "--cpus 0: '0' is no whole number"),
        (["--warm-up", "-1"], "devemu: --warm-up: '-1' is no duration"),
        (["--fill", "-1"], "devemu: --fill -1: '-1' is not a share"),
        (["--seed", "-1"], "devemu: --seed -1: '-1' is no whole number"),
        (["--area", "-5"], "devemu: --area -5: '-5' is not a size"),
        (["--pins", "-1"], "devemu: --pins -1: "),
    ])
    func `a wrong option names itself, with a scene too`(option: [String], message: String) throws {
        let outcome = try fixture.run(["run", "quick.yaml"] + option)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    }

    @Test func `settings of plugins without a scene have to say of which`() throws {
        let both = ["run", "camera.so", "recorder.so"]
        #expect(
            try fixture.run(both + ["--set", "width=640"]).standardError
                == "devemu: --set width=640: of which device? write camera.width=640\n")
        #expect(
            try fixture.run(both + ["--set", "camra.width=640"]).standardError
                == "devemu: --set camra.width=640: no device 'camra'; did you mean camera?\n")
    }

    @Test func `a run shows one scene, and one area where a recorded machine takes its place`() throws {
        let two = try fixture.run(["run", "quick.yaml", "--scene", "quick.yaml"])
        #expect(two.status == 64)
        #expect(two.standardError.contains("a run shows one scene, not 2"))
        let recording = try Fixture.recording("order6-normal", in: fixture.scratch)
        let outcome = try fixture.run(["run", "quick.yaml", "--state", recording])
        #expect(outcome.status == 78)
        #expect(
            outcome.standardError
                == "devemu: --state is a machine with one area, the scene has 2: drop one\n")
    }
}
