import Foundation
import TestSupport
import Testing

/// `devemu size`: the smallest area, held against arithmetic and against trying every size.
@Suite struct SizeTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func size(_ arguments: [String], status: Int32? = 0) throws -> [[String: Any]] {
        let outcome = try Devemu.run(["size"] + arguments + ["--format", "json"])
        if let status { #expect(outcome.status == status, "\(outcome.standardError)") }
        let json = try outcome.json()
        #expect(json["schema"] as? String == "devemu.size/1")
        return try #require(json["areas"] as? [[String: Any]])
    }

    private static let quiet = ["--fill", "0", "--pins", "0", "--alternatives", "none", "--memory", "512M"]

    /// The DMA layer aligns a buffer of n pages to a = 2^min(ceil(log2 n), 8) pages. Buffers that follow
    /// each other at first fit in an area whose base is aligned begin every span = n rounded up to a, so K
    /// of them end at (K - 1) span + n. The smallest area is that, in whole pageblocks of 512 pages; solved
    /// for K it is floor((T - n) / span) + 1 buffers in T pages.
    @Test(arguments: [(4, 760), (7, 633), (10, 338), (5, 192), (3, 2025), (40, 16), (1, 1), (9, 893)])
    func `on an empty area it is what arithmetic says`(buffers: Int, pages: Int) throws {
        let plugin = try Fixture.build("equal_buffers", in: scratch)
        let align = (0...8).first { 1 << $0 >= pages } ?? 8
        let span = (pages + (1 << align) - 1) / (1 << align) * (1 << align)
        let needed = (buffers - 1) * span + pages
        let blocks = (needed + 511) / 512
        #expect((blocks * 512 - pages) / span + 1 >= buffers)
        let area = try #require(
            try size(
                [plugin, "--set", "buffers=\(buffers)", "--set", "pages=\(pages)", "--seeds", "2"]
                    + Self.quiet
            )
            .first)
        #expect(area["pages"] as? Int == blocks * 512)
        #expect(area["area_mib"] as? Int == blocks * 2)
        let limits = try #require(area["limits"] as? [String: Any])
        #expect(limits["held_pages"] as? Int == buffers * pages)
        #expect(limits["empty_pages"] as? Int == blocks * 512)
    }

    /// Every size of a small pinned area with every seed by `devemu run`.
    @Test func `a driver as it is stands among the alternatives to a strategy, and is none to itself`() throws
    {
        func names(_ strategy: String) throws -> [String] {
            let outcome = try Devemu.run(
                "size", "display.so", "--set", "mode=720p", "--set", "frames=1", "--memory", "256M",
                "--seeds", "1",
                "--strategy", strategy, "--alternatives", "as-asked,normal", "--format", "json")
            let areas = try #require(try outcome.json()["areas"] as? [[String: Any]])
            let alternatives = try #require(areas[0]["alternatives"] as? [[String: Any]])
            return alternatives.compactMap { $0["name"] as? String }
        }
        #expect(try names("normal") == ["as-asked"])
        #expect(try names("as-asked") == ["normal"])
    }

    @Test func `among pins it is what trying every size says, and so is every point of the curve`() throws {
        let arguments = [
            "secure-heap.so", "--memory", "128M", "--fill", "50", "--pins", "40", "--set", "chunks=96",
            "--set",
            "min_chunks=96",
        ]
        let seeds = 5
        var brute: [Int: Int] = [:]
        for mebibytes in stride(from: 2, through: 24, by: 2) {
            for seed in 1...seeds {
                let run = try Devemu.run(
                    ["run"] + arguments + ["--area", "\(mebibytes)M@64M", "--seed", "\(seed)"])
                brute[mebibytes, default: 0] += run.status == 0 ? 1 : 0
            }
        }
        let smallest = try #require((1...12).map { $0 * 2 }.first { brute[$0] == seeds })
        #expect(smallest > 6)
        let area = try #require(
            try Devemu.run(
                ["size"] + arguments + ["--seeds", "\(seeds)", "--max", "24M", "--format", "json"],
                environment: ["DEVEMU_AREA": "16M@64M"]
            ).json()["areas"] as? [[String: Any]]
        ).first
        #expect(area?["area_mib"] as? Int == smallest)
        let curve = try #require(area?["curve"] as? [[String: Any]])
        #expect(curve.count > 4)
        for point in curve where point["runs"] as? Int == seeds {
            let mebibytes = try #require(point["area_mib"] as? Int)
            #expect(point["successes"] as? Int == brute[mebibytes], "\(mebibytes) MiB")
        }
        let limits = try #require(area?["limits"] as? [String: Any])
        #expect(limits["empty_pages"] as? Int == 3 * 512)
        #expect((limits["obstacles"] as? [[String: Any]])?.first?["set"] as? String == "chunks")
    }

    @Test func `the bytes do not depend on how many workers there are`() throws {
        let arguments = [
            "size", WorkloadTests.folder + "/quick.yaml", "--seeds", "4", "--alternatives", "chunks,normal",
        ]
        let one = try Devemu.run(arguments + ["--jobs", "1"])
        let three = try Devemu.run(arguments + ["--jobs", "3"])
        #expect(one.status == 0)
        #expect(one.standardOutput == three.standardOutput)
        #expect(one.standardError == "")
        for word in [
            "linux,cma must have", "made of", "too small", "instead", "kernel", "shared-dma-pool", "◀",
        ] {
            #expect(one.text.contains(word), "\(word)")
        }
        #expect(one.text.split(separator: "\n").allSatisfy { $0.count <= 80 && $0.last != " " })
    }

    @Test func `each area of a scene is searched while the others stay, or the one that is named`() throws {
        let scene = [WorkloadTests.folder + "/secure-playback-4k.yaml"]
        let quick = [
            "--set", "machine.pins=0", "--set", "machine.fill=0%", "--set", "background.writers=0", "--set",
            "decoder.frames=2", "--set", "ui.frames=2", "--seeds", "1", "--alternatives", "none",
            "--all-buffers",
        ]
        let both = try size(scene + quick)
        #expect(both.compactMap { $0["name"] as? String } == ["linux,cma", "secure"])
        // Three frame buffers of 2025 pages, each at a multiple of 256.
        #expect(both[0]["area_mib"] as? Int == 24)
        // 12 pictures of 380 chunks and 4 buffers of coded video, a chunk being 16 pages.
        #expect(both[1]["pages"] as? Int == (12 * 380 * 16 + 4 * 512 + 511) / 512 * 512)
        // The display works with two of them, the decoder with three pictures fewer.
        let least = try size(scene + quick.dropLast())
        for (area, least) in zip(both, least) {
            #expect(area["all_buffers_pages"] as? Int == area["pages"] as? Int)
            #expect(area["fewest_buffers_pages"] as? Int == least["pages"] as? Int)
            #expect(least["all_buffers_pages"] as? Int == area["pages"] as? Int)
            #expect(least["fewest_buffers_pages"] as? Int == least["pages"] as? Int)
            let budget = try #require(least["budget"] as? [String: Any])
            let parts = ["held_pages", "layout_pages", "movable_pages", "pinned_pages"].compactMap {
                budget[$0] as? Int
            }
            #expect(parts.count == 4)
            #expect(parts.reduce(0, +) == least["pages"] as? Int)
        }
        #expect(least[0]["area_mib"] as? Int == 16)
        #expect(least[1]["pages"] as? Int == (9 * 380 * 16 + 4 * 512 + 511) / 512 * 512)
        let one = try size(scene + quick + ["--area", "secure"])
        #expect(one.count == 1)
        #expect(one[0]["pages"] as? Int == both[1]["pages"] as? Int)
        let kernel = try #require(one[0]["kernel"] as? [String: Any])
        #expect(kernel["command_line"] is NSNull)
    }

    /// Two areas, each with a display whose buffers have 900 pages; one of them lies in an area that is too
    /// small.
    private func twoAreas(small: String, events: String = "", priority: String = "") throws -> String {
        let device = "plugin: display.so, params: {mode: 720p, buffers: 3, frames: 1}"
        let areas = ["cma", "secure"].map { name in
            "{name: \(name), size: \(name == small ? "2M" : "64M")}"
        }
        return try scratch.write(
            """
            summary: two areas
            machine: {memory: 512M, fill: 0%, pins: 0, areas: [\(areas.joined(separator: ", "))]}
            devices:
              - {name: panel, area: cma, \(device)}
              - {name: wall, area: secure\(priority), \(device)}
            \(events)
            """, to: "two-\(small).yaml")
    }

    @Test(arguments: [
        ("", ""), (", priority: -1", ""), (", priority: 1", ""),
        ("", "events: [{t: 10ms, device: panel, op: run}, {t: 20ms, device: wall, op: run}]"),
    ])
    func `a device that has too little elsewhere does not make an area too small`(
        priority: String, events: String
    ) throws {
        for (small, good) in [("cma", 1), ("secure", 0)] {
            let scene = try twoAreas(small: small, events: events, priority: priority)
            let options = ["--seeds", "1", "--alternatives", "none"]
            let areas = try size([scene] + options)
            // Two buffers of 900 pages at multiples of 256: 1024 and 900 pages.
            #expect(areas.map { $0["pages"] as? Int } == [2048, 2048])
            let answer = try #require(
                (areas[good]["curve"] as? [[String: Any]])?.first { $0["pages"] as? Int == 2048 })
            let elsewhere = try #require(answer["elsewhere"] as? [[String: Any]]).first
            #expect(elsewhere?["satisfied"] as? Int == 0)
            #expect(elsewhere?["area"] as? String == small)
            let text = try Devemu.run(["size", scene, "--columns", "120"] + options)
            #expect(text.status == 0)
            #expect(text.text.contains("has too little of \(small) in 1 of 1 seed: that does not count here"))
        }
    }

    @Test func `the headlines are both answers, the parts are its sum, and the seeds show what they can`()
        throws
    {
        let outcome = try Devemu.run(
            ["size", "display.so", "--seeds", "5", "--set", "frames=1", "--set", "buffers=4"] + Self.quiet
                + ["--columns", "120"])
        #expect(outcome.status == 0)
        let lines = outcome.text.split(separator: "\n")
        #expect(lines[0].contains("must have 16 MiB for the fewest buffers that its devices work with"))
        #expect(lines[1].contains("must have 32 MiB for all buffers that they want"))
        #expect(lines[2].contains("5 of 5 seeds have the fewest buffers: 56.6 % or more of all seeds do"))
        let numbers = lines.filter { $0.contains(" KiB ") }.compactMap { line -> (isTotal: Bool, kib: Int)? in
            let digits = line.prefix { $0 != "K" }.filter(\.isNumber)
            return Int(digits).map { (line.contains("= "), $0) }
        }
        #expect(numbers.count > 1)
        #expect(numbers.last?.isTotal == true)
        #expect(numbers.dropLast().reduce(0) { $0 + $1.kib } == numbers.last?.kib)
        #expect(numbers.last?.kib == 16 << 10)
    }

    @Test func `a start is for the kernel only where it was asked for`() throws {
        func commandLine(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String? {
            let outcome = try Devemu.run(
                ["size"] + arguments + ["--seeds", "1", "--alternatives", "none", "--format", "json"],
                environment: environment)
            let area = (try outcome.json()["areas"] as? [[String: Any]])?.first
            return (area?["kernel"] as? [String: Any])?["command_line"] as? String
        }
        let display = ["display.so", "--set", "frames=1", "--fill", "0", "--pins", "0"]
        #expect(try commandLine(display) == "cma=16M")
        #expect(try commandLine(display, ["DEVEMU_AREA": "64M"]) == "cma=16M")
        #expect(try commandLine(display, ["DEVEMU_AREA": "64M@512M"]) == "cma=16M@512M")
        let scene = try scratch.write(
            """
            summary: a base
            machine: {fill: 0%, pins: 0, areas: [{name: cma, size: 64M, base: 256M}]}
            devices: [{name: panel, plugin: display.so, params: {frames: 1}}]
            """, to: "base.yaml")
        #expect(try commandLine([scene]) == "cma=16M@256M")
    }

    @Test func `buffers in chunks are an alternative that needs less`() throws {
        let area = try #require(
            try size([
                "display.so", "--memory", "512M", "--fill", "0", "--pins", "0", "--seeds", "1",
                "--all-buffers", "--set",
                "buffers=8", "--set", "mode=720p", "--set", "frames=1", "--alternatives", "chunks,normal",
            ]).first)
        let alternatives = try #require(area["alternatives"] as? [[String: Any]])
        #expect(alternatives.compactMap { $0["name"] as? String } == ["display.memory=chunks", "normal"])
        // 8 buffers of 900 pages: 7 spans of 1024 and one buffer, or 8 times 57 chunks of 16.
        #expect(area["pages"] as? Int == (7 * 1024 + 900 + 511) / 512 * 512)
        #expect(alternatives[0]["pages"] as? Int == (8 * 57 * 16 + 511) / 512 * 512)
        #expect(alternatives[1]["pages"] as? Int == area["pages"] as? Int)
    }

    @Test func `where no size is enough that is said, exit code 1`() throws {
        let arguments = [
            "secure-heap.so", "--memory", "128M", "--seeds", "2", "--max", "16M", "--alternatives", "none",
        ]
        let environment = ["DEVEMU_AREA": "16M@64M"]
        let outcome = try Devemu.run(
            ["size", "--columns", "120"] + arguments, environment: environment)
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("is too small at every size up to 16 MiB for the fewest buffers"))
        #expect(outcome.text.contains("at no size do 2 of 2 seeds have the fewest buffers"))
        let json = try Devemu.run(["size"] + arguments + ["--format", "json"], environment: environment)
            .json()
        #expect((json["areas"] as? [[String: Any]])?.first?["area_mib"] is NSNull)
    }

    @Test func `CSV has a record for all and one for each device of every size`() throws {
        let outcome = try Devemu.run(
            ["size", "display.so", "--seeds", "2", "--format", "csv", "--set", "frames=1"] + Self.quiet)
        #expect(outcome.status == 0)
        let records = outcome.text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(records.count > 4)
        #expect(records.allSatisfy { $0.count == 10 })
        #expect(records.count { $0[3] == "display" } == records.count { $0[3] == "" })
        #expect(records.count { $0[2] == "1" } == 2)
    }

    @Test func `a plugin that crashes ends the search with its line, exit code 2`() throws {
        let plugin = try Fixture.build("null", in: scratch)
        let outcome = try Devemu.run("size", plugin, "--seeds", "2", "--alternatives", "none")
        #expect(outcome.status == 2)
        #expect(outcome.text == "")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("at 256 MiB: null.so: killed by SIGSEGV"))
    }

    @Test(arguments: [
        (["--success", "0%"], "above 0%"), (["--success", "101%"], "up to 100%"),
        (["--success", "0.99"], "99%"),
        (["--success", "nan%"], "write 93%"), (["--max", "1M"], "2M"), (["--max", "x"], "512M"),
        (["--area", "secure"], "there are reserved"), (["--alternatives", "nromal"], "normal"),
        (["--alternatives", ""], "strategies"), (["--strategy", "nromal"], "normal"),
        (["--seeds", "0"], "100000"),
        (["--seed", "18446744073709551615"], "--seeds"),
    ])
    func `a wrong word is refused before anything runs`(arguments: [String], hint: String) throws {
        let outcome = try Devemu.run(["size", "display.so"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.text == "")
        #expect(outcome.standardError.contains(hint), "\(outcome.standardError)")
    }
}
