import Foundation
import TestSupport
import Testing

/// `devemu import` and `devemu dump`: real machines in, the kernel's formats out.
@Suite struct ImportTests {
    private let scratch: Scratch
    /// The capture of a real machine, unpacked.
    private let capture: String

    init() throws {
        scratch = try Scratch()
        let archive = Devemu.root + "/Tests/RecordingsTests/Capture/Captures/mix-normal.capture.tgz"
        try scratch.run("tar", "-xzf", archive, "-C", scratch.folder)
        capture = scratch.path("mix")
    }

    private func imported(_ arguments: String...) throws -> String {
        let outcome = try Devemu.run(["import", capture, "-o", scratch.path("state.txt")] + arguments)
        #expect(outcome.status == 0, "\(outcome.standardError)")
        return scratch.path("state.txt")
    }

    @Test func `a capture becomes a state that a run starts from`() throws {
        let outcome = try Devemu.run("import", capture, "-o", scratch.path("state.txt"))
        #expect(outcome.status == 0)
        #expect(outcome.text.hasPrefix("machine   512 MiB, 2 CPUs, 114 917 pages free\nreserved: 64 MiB at"))
        let run = try Devemu.run("run", "camera.so", "--state", scratch.path("state.txt"), "--format", "json")
        #expect([0, 1].contains(run.status), "\(run.standardError)")
        let area = try #require((try run.json()["areas"] as? [[String: Any]])?.first)
        #expect(area["name"] as? String == "reserved")
        let start = try #require(area["start"] as? [String: Any])
        #expect(start["pinned"] as? Int == 5)
        #expect(start["free"] as? Int == 9750)
    }

    @Test func `from the state the kernel's trace is decided again, call by call`() throws {
        let outcome = try Devemu.run("replay", capture + "/trace", "--state", try imported())
        let words = outcome.text.split(separator: " ")
        let place = try #require(words.firstIndex(of: "of"))
        let (exact, calls) = (try #require(Int(words[place - 1])), try #require(Int(words[place + 1])))
        #expect(calls == 295)
        #expect(Double(exact) >= 0.99 * Double(calls), "\(outcome.text)")
        #expect(outcome.standardError == "")
    }

    @Test func `a scene's machine may be a state`() throws {
        _ = try imported()
        let scene = """
            summary: a real machine
            machine: {state: state.txt}
            devices: [{name: isp, plugin: camera.so}]

            """
        let path = try scratch.write(scene, to: "board.yaml")
        let run = try Devemu.run("run", path, "--format", "json")
        #expect([0, 1].contains(run.status), "\(run.standardError)")
        let area = try #require((try run.json()["areas"] as? [[String: Any]])?.first)
        #expect(area["pages"] as? Int == 16_384)
        #expect(area["name"] as? String == "linux,cma")
        let shown = try Devemu.run("run", path, "--print-config").text
        #expect(shown.contains("machine.state"))
        #expect(!shown.contains("machine.pins"))
        let twice = scene.replacingOccurrences(of: "{state", with: "{pins: 3, state")
        let refused = try Devemu.run("check", try scratch.write(twice, to: "twice.yaml"))
        #expect(refused.status == 65)
        #expect(refused.standardError.contains("leave pins out"))
    }

    @Test func `several areas of a state serve the devices that name them`() throws {
        let state = """
            # cma oracle 1
            kernel cpus=1
            scenario scn=state mem=128M
            area base_pfn=16384 pages=8192 order_per_bit=0 pageblock_pages=512 name=linux,cma
            pages .8192
            area base_pfn=8192 pages=4096 order_per_bit=0 pageblock_pages=512 name=isp
            pages .4000a96
            free pages=20000 cma=12192

            """
        let path = try scratch.write(state, to: "two.txt")
        let scene = """
            summary: two areas
            machine:
              areas: [{name: isp, size: 16M}, {name: "linux,cma", size: 32M}]
            devices: [{name: ui, plugin: display.so, area: isp}]

            """
        let file = try scratch.write(scene, to: "two.yaml")
        let run = try Devemu.run("run", file, "--state", path, "--format", "json")
        #expect([0, 1].contains(run.status), "\(run.standardError)")
        let areas = try #require(try run.json()["areas"] as? [[String: Any]])
        #expect(areas.map { $0["name"] as? String } == ["isp", "linux,cma"])
        #expect(areas.map { $0["pages"] as? Int } == [4096, 8192])
        let start = try #require(areas[0]["start"] as? [String: Any])
        #expect(start["movable"] as? Int == 96)
        let other = scene.replacingOccurrences(of: "name: \"linux,cma\"", with: "name: gpu")
        let refused = try Devemu.run(
            "run", try scratch.write(other, to: "other.yaml"), "--state", path)
        #expect(refused.status == 78)
        #expect(refused.standardError.contains("no area 'gpu'"))
    }

    @Test func `the summary as JSON names what was read, left out and assumed`() throws {
        let report = try Devemu.run("import", capture, "--format", "json").json()
        #expect(report["schema"] as? String == "devemu.import/1")
        #expect((report["files"] as? [Any])?.count == 16)
        #expect((report["skipped"] as? [Any])?.count == 15)
        #expect((report["assumed"] as? [String])?.contains { $0.hasPrefix("5 pages are pinned") } == true)
    }

    @Test func `the state goes to standard output by -, the summary to standard error`() throws {
        let outcome = try Devemu.run("import", capture, "-o", "-", "--pins", "50")
        #expect(outcome.text.hasPrefix("# cma oracle 1\n"))
        #expect(outcome.text.components(separatedBy: "\npin ").count == 51)
        #expect(outcome.standardError.contains("45 pins are drawn from seed 1, 5 are known"))
    }

    @Test func `a damaged capture is 65 with file and place, and usable with --lenient`() throws {
        let flags = capture + "/before/proc/kpageflags"
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: flags))
        let outcome = try Devemu.run("import", capture, "-o", scratch.path("state.txt"))
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.hasPrefix("devemu: \(flags): byte 0: 3 bytes"))
        #expect(!scratch.contains("state.txt"))
        let lenient = try Devemu.run("import", capture, "--lenient", "-o", scratch.path("state.txt"))
        #expect(lenient.status == 0)
        #expect(lenient.text.contains("not used  \(flags): damaged: byte 0"))
    }

    @Test func `what is not there is 66, what says nothing is 65, no argument is 64`() throws {
        #expect(try Devemu.run("import", scratch.path("absent")).status == 66)
        let empty = try scratch.write("nothing", to: "readme.txt")
        let outcome = try Devemu.run("import", empty)
        #expect(outcome.status == 65)
        #expect(outcome.standardError.contains("no area"))
        #expect(try Devemu.run("import").status == 64)
        #expect(try Devemu.run("import", capture, "--area", "x=1@").status == 64)
        #expect(try Devemu.run("import", capture, "--area", "x").status == 65)
    }

    @Test func `a state dumped and imported again is the same state`() throws {
        let state = try imported()
        let dump = try Devemu.run("dump", state, "-o", scratch.path("tree"))
        #expect(dump.status == 0, "\(dump.standardError)")
        let again = try Devemu.run("import", scratch.path("tree"), "-o", scratch.path("again.txt"))
        #expect(again.status == 0, "\(again.standardError)")
        #expect(try scratch.bytes(of: "again.txt") == scratch.bytes(of: "state.txt"))
        let bitmap = "sys/kernel/debug/cma/reserved/bitmap"
        #expect(try scratch.bytes(of: "tree/\(bitmap)") == scratch.bytes(of: "mix/before/\(bitmap)"))
    }

    @Test func `the end of a run is a tree that scripts for real machines read`() throws {
        let run = try Devemu.run(
            "run", "camera.so", "--memory", "128M", "--area", "32M@64M", "--fill", "50", "--pins", "4",
            "--dump", scratch.path("tree"))
        #expect(run.status == 0, "\(run.standardError)")
        let meminfo = String(decoding: try scratch.bytes(of: "tree/proc/meminfo"), as: UTF8.self)
        #expect(meminfo.contains("\nCmaTotal:          32768 kB\n"))
        let success = "tree/sys/kernel/mm/cma/reserved/alloc_pages_success"
        let pages = Int(String(decoding: try scratch.bytes(of: success), as: UTF8.self).dropLast())
        #expect(pages ?? 0 > 0)
        let imported = try Devemu.run("import", scratch.path("tree"), "--format", "json").json()
        let area = try #require((imported["areas"] as? [[String: Any]])?.first)
        #expect(area["pages"] as? Int == 8192)
        #expect(area["pinned"] as? Int == 4)
    }

    @Test func `a run that crashes is told as such, with nothing dumped`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        let run = try Devemu.run("run", plugin, "--dump", scratch.path("tree"))
        #expect(run.status == 2)
        #expect(run.complaints.count == 1)
        #expect(run.standardError.contains("SIGSEGV"))
        #expect(!scratch.contains("tree"))
    }

    @Test func `a folder for a dump that is there already is refused with 73 and left alone`() throws {
        let state = try imported()
        try scratch.write("mine", to: "file")
        let outcome = try Devemu.run("dump", state, "-o", scratch.path("file"))
        #expect(outcome.status == 73)
        #expect(try Devemu.run("run", "camera.so", "--dump", scratch.path("file")).status == 73)
        #expect(try scratch.bytes(of: "file") == Array("mine".utf8))
    }

    // MARK: The script

    private func collect(_ shell: [String], into folder: String) throws {
        let script = try Devemu.run("import", "--collect-script")
        #expect(script.status == 0)
        try scratch.write(script.standardOutput, to: "collect.sh")
        let whole = [UInt8](repeating: 0, count: 8 * 65_536)
        try scratch.write(whole + scratch.bytes(of: "mix/before/proc/kpageflags"), to: "kpageflags")
        try scratch.run(["mv", scratch.path("kpageflags"), capture + "/before/proc/kpageflags"])
        let places = ["PROC=\(capture)/before/proc", "SYS=\(capture)/before/sys"]
        try scratch.run(["env"] + places + shell + [scratch.path("collect.sh"), scratch.path(folder)])
    }

    @Test(arguments: ["sh", "dash", "bash"])
    func `the script collects in any shell what is imported as the same state`(shell: String) throws {
        let state = try imported("--pins", "0")
        let before = try Devemu.run("import", capture + "/before", "-o", scratch.path("before.txt"))
        #expect(before.status == 0)
        try #require(FileManager.default.fileExists(atPath: state))
        try collect([shell], into: "collected")
        let outcome = try Devemu.run("import", scratch.path("collected"), "-o", scratch.path("again.txt"))
        #expect(outcome.status == 0, "\(outcome.standardError)")
        #expect(try scratch.bytes(of: "again.txt") == scratch.bytes(of: "before.txt"))
    }

    @Test func `the script runs on this machine and reads what is there`() throws {
        let script = try Devemu.run("import", "--collect-script")
        try scratch.write(script.standardOutput, to: "collect.sh")
        try scratch.run("sh", "-n", scratch.path("collect.sh"))
        try scratch.run("sh", scratch.path("collect.sh"), scratch.path("here"))
        #expect(scratch.contains("here/proc/meminfo"))
    }
}
