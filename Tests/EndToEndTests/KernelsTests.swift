import Foundation
import Testing

/// `devemu kernels`, `--kernel`, and the kernel in scenes, results and recordings.
@Suite struct KernelsTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `the list is a line for each kernel, and each is explained rule by rule`() throws {
        let json = try Devemu.run("kernels", "--format", "json").json()
        #expect(json["schema"] as? String == "devemu.kernels/1")
        let cards = try #require(json["kernels"] as? [[String: Any]])
        let names = cards.compactMap { $0["name"] as? String }
        #expect(names.first == "linux-6.1")
        let list = try Devemu.run("kernels")
        #expect(list.text.split(separator: "\n").map { String($0.prefix { $0 != " " }) } == names)
        for (name, card) in zip(names, cards) {
            let outcome = try Devemu.run("kernels", name)
            #expect(outcome.status == 0)
            let rules = try #require(card["rules"] as? [[String: String]])
            #expect(rules.count >= 15)
            for rule in rules { #expect(outcome.text.contains("\n\(rule["subject"] ?? "?")  ")) }
            for line in outcome.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test func `a result says which kernel decided, whatever named it`() throws {
        let scene = try scratch.write(
            "summary: the camera\nmachine: {kernel: linux-6.1}\ndevices: [{name: camera, plugin: camera.so}]\n",
            to: "scene.yaml")
        for arguments in [["camera.so"], ["camera.so", "--kernel", "linux-6.1"], [scene]] {
            let run = try Devemu.run(["run"] + arguments + ["--format", "json"]).json()
            #expect(run["kernel"] as? String == "linux-6.1")
        }
    }

    @Test(arguments: [
        ["kernels"], ["run", "camera.so", "--kernel"], ["size", "camera.so", "--kernel"],
        ["compare", "camera.so", "--kernel"],
    ])
    func `an unknown kernel is refused with the nearest one, or with the list`(command: [String]) throws {
        let near = try Devemu.run(command + ["linux-6.11"])
        #expect(near.status == 64)
        #expect(near.standardError == "devemu: no kernel 'linux-6.11'; did you mean linux-6.1?\n")
        let far = try Devemu.run(command + ["freebsd"])
        #expect(far.status == 64)
        #expect(far.standardError == "devemu: no kernel 'freebsd'; see 'devemu kernels'\n")
    }

    @Test(arguments: ["5.15.0", "6.2.1", "7.4.0", "hurd"])
    func `a recording of a release that no kernel covers is refused with those that are covered`(
        release: String
    ) throws {
        let text = try String(
            contentsOfFile: Fixture.recording("order6-normal", in: scratch), encoding: .utf8)
        let file = try scratch.write(
            text.replacingOccurrences(of: "kernel version=6.1.192 ", with: "kernel version=\(release) "),
            to: "other.txt")
        let outcome = try Devemu.run("replay", file)
        #expect(outcome.status == 65)
        #expect(outcome.text == "")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("other.txt:2: version is '\(release)': expected"))
        #expect(outcome.standardError.contains("6.1 (linux-6.1)"))
    }
}
