import Foundation
import TestSupport
import Testing

/// `devemu compare --kernels`, and what a kernel changes in other commands.
@Suite struct CompareKernelsTests {
    private let scratch: Scratch
    private static let small = [
        "camera.so", "--memory", "256M", "--area", "16M@128M", "--fill", "60", "--pins", "40", "--set",
        "width=640",
        "--set", "height=480", "--color", "never",
    ]

    init() throws { scratch = try Scratch() }

    private func compare(_ arguments: String...) throws -> Devemu.Outcome {
        try Devemu.run(["compare"] + Self.small + arguments)
    }

    @Test func `each kernel has what a run on it has, on the same machines`() throws {
        let outcome = try compare(
            "--kernels", "linux-6.1,linux-6.12,linux-7.3", "--repeat", "2", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.standardError)")
        let json = try outcome.json()
        #expect(json["contenders"] as? String == "kernels")
        #expect(json["strategy"] as? String == "as-asked")
        #expect(json["reference"] as? String == "linux-6.1")
        let rows = try #require(json["rows"] as? [[String: Any]])
        #expect(rows.compactMap { $0["strategy"] as? String } == ["linux-6.1", "linux-6.12", "linux-7.3"])
        for row in rows {
            let kernel = try #require(row["strategy"] as? String)
            let times = try (1...2).map { seed in
                let run = try Devemu.run(
                    ["run"] + Self.small + ["--kernel", kernel, "--seed", "\(seed)", "--format", "json"]
                ).json()
                #expect(run["costs"] as? String == kernel + "-qemu")
                let device = try #require((run["devices"] as? [[String: Any]])?.first)
                return try #require(device["time_to_satisfaction_ns"] as? Double)
            }
            let time = (row["time_to_satisfaction_ns"] as? [String: Any])?["value"] as? Double
            #expect(time == (times[0] + times[1]) / 2, "\(kernel)")
        }
    }

    @Test func `costs that are given are every kernel's`() throws {
        let outcome = try compare(
            "--kernels", "linux-6.1,linux-6.12", "--repeat", "1", "--strategies", "cached", "--costs",
            "linux-6.1-qemu", "--reference", "linux-6.12", "--format", "json")
        let json = try outcome.json()
        #expect(json["strategy"] as? String == "cached")
        #expect(json["reference"] as? String == "linux-6.12")
        let ratio = try #require(
            ((json["rows"] as? [[String: Any]])?.first?["time_ratio"] as? [String: Any])?["value"] as? Double)
        // With its own costs Linux 6.12 takes more than twice as long.
        #expect(ratio > 0.8)
    }

    @Test(arguments: [
        (["--kernels", "linux-6.1", "--strategies", "normal,cached"], "--strategies names 2: name one"),
        (["--kernels", "linux-6.1,linux-6.1"], "--kernels: linux-6.1 is there twice"),
        (["--kernels", "linux-6.11"], "no kernel 'linux-6.11'; did you mean linux-6.1?"),
        (["--kernels", "linux-6.1", "--kernel", "linux-6.12"], "--kernel linux-6.12 and --kernels both say"),
        (
            ["--kernels", "linux-6.1", "--reference", "linux-7.3"],
            "--reference linux-7.3 is none of the kernels compared"
        ),
        (["--kernels", "linux-6.1", "--fail-if", "*.normal.stall_max_ns > 1ms"], "normal"),
        (["--kernels", ""], "no kernel ''"),
    ])
    func `what contradicts a comparison of kernels is refused`(arguments: [String], words: String) throws {
        let outcome = try Devemu.run(["compare"] + Self.small + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains(words), "\(outcome.standardError)")
    }

    @Test func `a kernel that was not checked says so in run and compare`() throws {
        let words = "android-6.12 was not checked against recordings"
        let text = try Devemu.run(["run"] + Self.small + ["--kernel", "android-6.12"])
        #expect(text.text.contains(words))
        let json = try Devemu.run(["run"] + Self.small + ["--kernel", "android-6.12", "--format", "json"])
            .json()
        #expect((json["kernel_note"] as? String)?.contains(words) == true)
        let compared = try compare("--kernels", "linux-6.12,android-6.12", "--repeat", "1")
        #expect(compared.text.contains(words))
        #expect(try !Devemu.run(["run"] + Self.small).text.contains("not checked"))
        #expect(try Devemu.run("kernels", "android-6.12").text.contains(words))
    }

    @Test(arguments: [
        ("linux-6.1", "count=", ""), ("linux-6.12", "count=", " errorno=0"),
        ("linux-7.3", "request_count=", " errorno=0"),
    ])
    func `a run's trace has its kernel's form, and its dump names the kernel`(
        kernel: String, start: String, finish: String
    ) throws {
        let (trace, dump) = (scratch.path("t.trace"), scratch.path("dump"))
        let outcome = try Devemu.run(
            ["run"] + Self.small + ["--kernel", kernel, "--trace", trace, "--dump", dump])
        #expect(outcome.status == 0, "\(outcome.standardError)")
        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        let starts = lines.filter { $0.contains("cma_alloc_start:") }
        #expect(!starts.isEmpty)
        #expect(starts.allSatisfy { $0.contains(" \(start)") })
        #expect(
            lines.filter { $0.contains("cma_alloc_finish:") }.allSatisfy {
                $0.contains("errorno=") == !finish.isEmpty
            })
        let ranges = FileManager.default.fileExists(
            atPath: dump + "/sys/kernel/debug/cma/reserved/ranges/0/bitmap")
        #expect(ranges == (kernel == "linux-7.3"))
        let imported = try Devemu.run("import", dump, "--format", "json").json()
        #expect(imported["kernel"] as? String == String(kernel.dropFirst("linux-".count)))
        // The same requests on the same kernel, as a workload.
        let again = try Devemu.run("run", trace, "--kernel", kernel, "--format", "json")
        #expect(again.status == 0, "\(again.standardError)")
    }

    @Test func `a trace from the start of a release that no kernel covers is refused at the start`() throws {
        let state = try String(
            contentsOfFile: Fixture.recording("order6-normal", in: scratch), encoding: .utf8
        )
        .replacingOccurrences(of: "kernel version=6.1.192 ", with: "kernel version=5.15.0 ")
        let start = try scratch.write(state, to: "start.txt")
        let trace = try scratch.write(
            "a-1 [000] ..... 1.0: cma_alloc_start: name=x count=4 align=2\n", to: "t.trace")
        let outcome = try Devemu.run("replay", trace, "--state", start)
        #expect(outcome.status == 65)
        #expect(
            outcome.standardError.contains("start.txt:2: version is '5.15.0': expected"),
            "\(outcome.standardError)")
    }
}
