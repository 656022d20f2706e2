import Foundation
import TestSupport
import Testing

/// `devemu areas`: device trees and command lines, from files to lines and exit codes.
@Suite struct AreasTests {
    private let scratch: Scratch
    private static let trees = Devemu.root + "/Tests/KernelFormatsTests/Trees"

    init() throws { scratch = try Scratch() }

    private func areas(_ outcome: Devemu.Outcome) throws -> [[String: Any]] {
        let json = try outcome.json()
        #expect(json["schema"] as? String == "devemu.areas/1")
        return try #require(json["areas"] as? [[String: Any]])
    }

    @Test func `a device tree's areas are shown with their places and devices`() throws {
        let outcome = try Devemu.run("areas", Self.trees + "/board.dtb")
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        for text in [
            "memory: 1 GiB at 0x40000000", "0x77c00000  CMA, default", "reserved, no-map", "coherent pool",
            "secure: memory of /soc/decoder@10010000",
        ] { #expect(outcome.text.contains(text), "\(text)\n\(outcome.text)") }
    }

    @Test func `the command line beside it replaces the default area, which is exit code 1`() throws {
        let line = try scratch.write("quiet cma=64M@0x50000000\n", to: "cmdline.txt")
        let outcome = try Devemu.run("areas", Self.trees + "/board.dtb", line, "--format", "json")
        #expect(outcome.status == 1)
        let all = try areas(outcome)
        let refused = try #require(all.first { $0["name"] as? String == "linux,cma" })
        let refusal = try #require(refused["refusal"] as? [String: Any])
        #expect(refusal["errno"] as? Int == -16)
        #expect(refusal["name"] as? String == "EBUSY")
        #expect(refused["base"] is NSNull)
        let placed = try #require(all.first { $0["name"] as? String == "reserved" })
        #expect(placed["base"] as? Int == 0x5000_0000)
        #expect(placed["default"] as? Bool == true)
    }

    @Test(.enabled(if: Fixture.hasDTC, "dtc is not installed: device-tree-compiler"))
    func `source and blob say the same, and the blob in the repository is made of the source`() throws {
        let source = try Devemu.run("areas", Self.trees + "/board.dts", "--format", "json")
        #expect(source.status == 0)
        #expect(
            source.standardOutput
                == (try Devemu.run("areas", Self.trees + "/board.dtb", "--format", "json")).standardOutput)
        try scratch.run([
            "dtc", "-q", "-I", "dts", "-O", "dtb", "-o", scratch.path("board.dtb"), Self.trees + "/board.dts",
        ])
        let committed = try Data(contentsOf: URL(fileURLWithPath: Self.trees + "/board.dtb"))
        #expect(try scratch.bytes(of: "board.dtb") == Array(committed))
    }

    @Test(.enabled(if: Fixture.hasDTC, "dtc is not installed: device-tree-compiler"))
    func `an area of gigantic pages is refused as a whole, and split by Linux 7.3`() throws {
        let tree = try scratch.write(
            """
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                memory@0 {
                    device_type = "memory";
                    reg = <0 0 0 0x40000000  1 0x40000000 0 0x80000000  2 0 0 0x80000000>;
                };
            };

            """, to: "banks.dts")
        let line = try scratch.write("hugetlb_cma=3G\n", to: "cmdline.txt")
        #expect(try Devemu.run("areas", tree, line).status == 1)
        let split = try Devemu.run("areas", tree, line, "--kernel", "linux-7.3")
        #expect(split.status == 0)
        #expect(
            split.text.contains(
                "hugetlb0: split into 2 ranges, searched in this order: "
                    + "2 GiB at 0x140000000, 1 GiB at 0x200000000"), "\(split.text)")
        let json = try Devemu.run("areas", tree, line, "--kernel", "linux-7.3", "--format", "json")
        let ranges = try #require(try areas(json).first?["ranges"] as? [[String: Any]])
        #expect(ranges.map { $0["base"] as? Int } == [5 << 30, 8 << 30])
        #expect(ranges.map { $0["size_bytes"] as? Int } == [2 << 30, 1 << 30])
    }

    @Test func `areas for a kernel that devemu does not know is a mistake in the call`() throws {
        let outcome = try Devemu.run("areas", Self.trees + "/board.dtb", "--kernel", "linux-7.4")
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains("no kernel 'linux-7.4'"))
    }

    @Test(.enabled(if: Fixture.hasDTC, "dtc is not installed: device-tree-compiler"))
    func `a mistake in a source is told with its line`() throws {
        let path = try scratch.write("/dts-v1/;\n/ {\n    memory {\n", to: "bad.dts")
        let outcome = try Devemu.run("areas", path)
        #expect(outcome.status == 65)
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains("bad.dts:3.13"), "\(outcome.standardError)")
    }

    @Test func `without dtc a source is refused in words that name it`() throws {
        let outcome = try Devemu.run("areas", Self.trees + "/board.dts", environment: ["PATH": "/nowhere"])
        // env(1), which starts devemu here, is looked for in the PATH of the tests.
        #expect(outcome.status == 66)
        #expect(outcome.standardError.contains("device-tree-compiler"))
    }

    @Test func `what devemu size tells a kernel is what the kernel sets up`() throws {
        let sized = try Devemu.run(
            "size", "display.so", "--seeds", "1", "--alternatives", "none", "--fill", "0", "--pins", "0",
            "--set",
            "frames=1", "--format", "json", environment: ["DEVEMU_AREA": "256M@512M"])
        let area = try #require((try sized.json()["areas"] as? [[String: Any]])?.first)
        let kernel = try #require(area["kernel"] as? [String: Any])
        let line = try scratch.write(try #require(kernel["command_line"] as? String), to: "cmdline.txt")
        let placed = try #require(
            try areas(Devemu.run("areas", line, "--memory", "1G", "--format", "json")).first)
        let pages = try #require(area["pages"] as? Int)
        #expect(placed["size_bytes"] as? Int == pages * 4096)
        #expect(placed["base"] as? Int == 512 << 20)
        guard Fixture.hasDTC else { return }
        let tree = try #require(kernel["device_tree"] as? String)
        let source = try scratch.write(
            "/dts-v1/;\n/ {\n#address-cells = <2>;\n#size-cells = <2>;\nmemory@0 {\ndevice_type = \"memory\";\n"
                + "reg = <0 0 0 0x40000000>;\n};\n\(tree)};\n", to: "size.dts")
        let declared = try #require(try areas(Devemu.run("areas", source, "--format", "json")).first)
        #expect((declared["name"] as? String)?.hasPrefix("linux,cma@20000000") == true)
        #expect(declared["base"] as? Int == 512 << 20)
        #expect(declared["size_bytes"] as? Int == pages * 4096)
        #expect(declared["default"] as? Bool == true)
    }

    @Test(arguments: [
        ("cma=12q@x\n", "cmdline.txt", 65, "cmdline.txt:1:1: cma=12q@x"),
        ("\u{0}\u{1}", "cmdline.txt", 65, "neither a device tree blob"),
        ("not a blob", "tree.dtb", 65, "byte 0: no device tree blob"),
        ("quiet", "cmdline.txt", 64, "--memory 2G"),
    ])
    func `an input that cannot be read is one line with its place`(
        text: String, name: String, status: Int32, hint: String
    ) throws {
        let outcome = try Devemu.run("areas", try scratch.write(text, to: name))
        #expect(outcome.status == status)
        #expect(outcome.text == "")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.standardError.contains(hint), "\(outcome.standardError)")
    }

    @Test func `a file that is not there is exit code 66`() throws {
        #expect(try Devemu.run("areas", scratch.path("none.dtb")).status == 66)
    }

    @Test func `a run takes its areas from the tree, and devices by their memory-region`() throws {
        let scene = try scratch.write(
            """
            summary: a camera and a display on the board
            machine: {fill: 0%, pins: 0}
            devices:
              - {name: camera, plugin: display.so, params: {mode: 720p, frames: 1}}
              - {name: ui, plugin: display.so, params: {mode: 720p, frames: 1}}
            """, to: "board.yaml")
        let outcome = try Devemu.run(
            "run", scene, "--device-tree", Self.trees + "/board.dtb", "--format", "json")
        #expect(outcome.status == 0, "\(outcome.standardError)")
        let json = try outcome.json()
        #expect(json["memory_pages"] as? Int == 1 << 18)
        let all = try #require(json["areas"] as? [[String: Any]])
        #expect(all.compactMap { $0["name"] as? String } == ["linux,cma", "video@60000000", "secure"])
        // Physical places, as 'devemu areas' shows them.
        #expect(json["first_pfn"] as? Int == 0x40000)
        #expect(all.compactMap { $0["base_pfn"] as? Int } == [0x77c00, 0x60000, 0x56000])
        let devices = try #require(json["devices"] as? [[String: Any]])
        #expect(devices.compactMap { $0["area"] as? String } == ["video@60000000", "linux,cma"])
        let sized = try Devemu.run(
            "size", scene, "--device-tree", Self.trees + "/board.dtb", "--format", "json", "--seeds", "1",
            "--alternatives", "none")
        let names = (try sized.json()["areas"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
        #expect(names == ["linux,cma", "video@60000000"])
    }

    @Test func `another size of memory leaves the areas that still fit`() throws {
        let json = try Devemu.run(
            "run", "display.so", "--device-tree", Self.trees + "/board.dtb", "--memory", "512M", "--set",
            "frames=1", "--format", "json"
        ).json()
        let all = try #require(json["areas"] as? [[String: Any]])
        #expect(json["memory_pages"] as? Int == 1 << 17)
        #expect(all.compactMap { $0["name"] as? String } == ["linux,cma", "secure"])
    }

    @Test func `a tree contradicts --area, and one without an area gives no machine`() throws {
        let tree = Self.trees + "/board.dtb"
        #expect(try Devemu.run("run", "display.so", "--device-tree", tree, "--area", "64M@256M").status == 78)
        let line = try scratch.write("quiet", to: "cmdline.txt")
        let empty = try Devemu.run("run", "display.so", "--device-tree", line, "--memory", "1G")
        #expect(empty.status == 65)
        #expect(empty.standardError.contains("no contiguous area"), "\(empty.standardError)")
    }
}
