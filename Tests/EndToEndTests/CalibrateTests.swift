import Foundation
import TestSupport
import Testing

/// `devemu calibrate`, and `--costs` wherever a machine is built.
@Suite struct CalibrateTests {
    private let scratch: Scratch
    private let recordings: [String]

    init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        recordings = try ["order6-normal", "mix-normal", "pins10-failfast"].map {
            try Fixture.recording($0, in: scratch)
        }
    }

    private func elapsed(_ costs: [String], input: String = "/dev/null") throws -> Int {
        let outcome = try Devemu.run(["run", "camera.so", "--format", "json"] + costs, input: input)
        #expect(outcome.standardError == "")
        return try #require(try outcome.json()["elapsed_ns"] as? Int)
    }

    @Test func `a fitted profile goes to standard output, residuals to standard error`() throws {
        let outcome = try Devemu.run(["calibrate"] + recordings)
        #expect(outcome.status == 0)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines[0] == "# Cost profile fitted by 'devemu calibrate' to 3 recordings.")
        #expect(lines.count == 21)
        #expect(lines.contains { $0.hasPrefix("drop_page ") && $0.hasSuffix("(from linux-6.1-qemu)") })
        #expect(lines.contains { $0.hasPrefix("migrate_page ") && !$0.contains("(from ") })
        #expect(!outcome.text.contains(scratch.folder))
        #expect(outcome.complaints.count == 5)
        #expect(outcome.complaints[1].hasPrefix(recordings[0] + " "))
        #expect(outcome.complaints[4].hasPrefix("geometric mean error "))
    }

    @Test func `a fitted profile can be used at once`() throws {
        let file = scratch.path("fitted.costs")
        let outcome = try Devemu.run(["calibrate", "-o", file, "--hold-out", "0.34"] + recordings)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        #expect(outcome.text.contains("  held out\n"))
        #expect(outcome.text.contains(" %, held out "))
        let replay = try Devemu.run(["replay", "--format", "json", "--costs", file] + recordings)
        #expect(replay.status == 0)
        let files = try #require(try replay.json()["files"] as? [[String: Any]])
        for entry in files {
            let emulated = Double(try #require(entry["emulated_ns"] as? Int))
            let kernel = Double(try #require(entry["kernel_ns"] as? Int))
            #expect((0.5...2).contains(emulated / kernel))
        }
        #expect(try elapsed(["--costs", file]) > 0)
    }

    @Test func `a machine has the costs it is given, by name, file or pipe`() throws {
        let usual = try elapsed([])
        #expect(try elapsed(["--costs", "linux-6.1-qemu"]) == usual)
        let hardware = try elapsed(["--costs", "linux-6.1-cortex-a72"])
        #expect(hardware != usual)
        let fitted = try Devemu.run(["calibrate", "--costs", "linux-6.1-cortex-a72", recordings[0]])
        let file = try scratch.write(fitted.standardOutput, to: "fitted.costs")
        let custom = try elapsed(["--costs", file])
        #expect(try elapsed(["--costs", "-"], input: file) == custom)
        let replays = try ["linux-6.1-qemu", "linux-6.1-cortex-a72"].map {
            try Devemu.run(["replay", "--format", "json", "--costs", $0, recordings[0]])
        }
        let times = try replays.map {
            try #require(try $0.json()["files"] as? [[String: Any]])[0]["emulated_ns"] as? Int
        }
        #expect(try #require(times[0]) > #require(times[1]))
        let defaults = try Devemu.run(["replay", "--format", "json", recordings[0]]).json()
        #expect((defaults["files"] as? [[String: Any]])?[0]["emulated_ns"] as? Int == times[0])
    }

    @Test(arguments: ["run", "replay", "calibrate"])
    func `a profile that cannot be used ends the command with its line`(command: String) throws {
        let subject = command == "run" ? "camera.so" : recordings[0]
        let good = try Devemu.run("calibrate", recordings[0]).text
        let bad = try scratch.write(
            good.replacingOccurrences(of: "\nwindow  ", with: "\nwindows "), to: "bad.costs")
        let outcome = try Devemu.run(command, subject, "--costs", bad)
        #expect(outcome.status == 65)
        #expect(outcome.standardOutput.isEmpty)
        #expect(
            outcome.standardError == "devemu: \(bad):3: unknown step 'windows'; did you mean window?\n")
        let unknown = try Devemu.run(command, subject, "--costs", "linux-5.4")
        #expect(unknown.status == 66)
        #expect(
            unknown.standardError
                == "devemu: --costs 'linux-5.4' is no file and none of linux-6.1-qemu, linux-6.12-qemu, "
                + "linux-7.3-qemu, linux-6.1-cortex-a72\n"
        )
        #expect(try Devemu.run(command, subject, "--costs", "./absent").status == 66)
    }

    @Test func `mistakes are explained`() throws {
        #expect(try Devemu.run("calibrate").status == 64)
        #expect(try Devemu.run("calibrate", "--hold-out", "0.9", "a", "b").status == 64)
        #expect(try Devemu.run("calibrate", "--hold-out", "0.5", recordings[0]).status == 64)
        #expect(try Devemu.run("calibrate", scratch.path("absent.txt")).status == 66)
        let text = try scratch.write("no recording\n", to: "text")
        let outcome = try Devemu.run("calibrate", text)
        #expect(outcome.status == 65)
        #expect(outcome.standardError.hasPrefix("devemu: \(text):1: "))
        let full = try Devemu.run("calibrate", "-o", scratch.path("absent/x"), recordings[0])
        #expect(full.status == 73)
    }
}
