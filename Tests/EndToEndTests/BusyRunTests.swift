import Foundation
import TestSupport
import Testing

/// `devemu run` on a machine where other things go on.
@Suite struct BusyRunTests {
    /// Ten 4K buffers out of an area that page cache has grown into.
    private static let load = [
        "run", "camera.so", "--memory", "512M", "--area", "128M@256M", "--fill", "0", "--pins", "0",
        "--writers", "2", "--set", "width=3840", "--set", "height=2160", "--set", "buffers=10",
    ]

    private func device(_ more: [String]) throws -> [String: Any] {
        let outcome = try Devemu.run(Self.load + more + ["--format", "json"])
        #expect(outcome.status == 0)
        let run = try outcome.json()
        #expect((run["background"] as? String)?.hasPrefix("2 file writers on a disk of ") == true)
        return try #require((run["devices"] as? [[String: Any]])?.first)
    }

    private func longest(_ device: [String: Any]) -> Int {
        (device["call_ns"] as? [String: Int])?["max"] ?? 0
    }

    @Test func `patient calls wait for the disk, hasty ones come back with less`() throws {
        let normal = try device(["--mode", "normal"])
        let failFast = try device(["--mode", "failfast"])
        #expect(normal["buffers_got"] as? Int == 10)
        #expect((failFast["buffers_got"] as? Int ?? 10) < 10)
        #expect(longest(normal) > 100_000_000)
        #expect(longest(failFast) < longest(normal) / 4)
    }

    @Test func `the same seed gives the same bytes, in a worker and in the process itself`() throws {
        let first = try Devemu.run(Self.load + ["--format", "json"])
        #expect(try Devemu.run(Self.load + ["--format", "json"]).standardOutput == first.standardOutput)
        #expect(
            try Devemu.run(Self.load + ["--format", "json", "--in-process"]).record() == first.record())
        #expect(
            try Devemu.run(Self.load + ["--format", "json", "--seed", "2"]).record() != first.record())
    }

    @Test func `no page loses its bytes, whatever goes on`() throws {
        let outcome = try Devemu.run(
            Self.load + [
                "--disk", "80", "--processes", "3x16M", "--turnover", "8M", "--transient-pins", "2000",
                "--page-locks", "500", "--warm-up", "3", "--backing", "memory", "--format", "json",
            ])
        let contents = try #require(try outcome.json()["contents"] as? [String: Int])
        #expect(contents["damaged"] == 0)
        #expect((contents["verified"] ?? 0) > 10_000)
        #expect((contents["moved"] ?? 0) > 100)
    }

    @Test func `the report names the load and what became of the bytes`() throws {
        let text = try Devemu.run(Self.load + ["--backing", "memory", "--warm-up", "1"]).text
        #expect(text.contains("\n  meanwhile 2 file writers on a disk of 20 MB/s\n"))
        #expect(text.contains(" hold what was written, "))
    }

    @Test(arguments: [
        (["--writers", "65"], "--writers 65 is not between 0 and 64", 64),
        (["--disk", "0"], "--disk 0 is not between 1 and 100000", 64),
        (["--cpus", "0"], "--cpus 0 is not between 1 and 256", 64),
        (["--processes", "4"], "--processes '4' is not NUMBERxSIZE that fits in memory; write 4x32M", 64),
        (["--processes", "4x1G"], "--processes '4x1G' is not NUMBERxSIZE that fits in memory", 64),
        (
            ["--processes", "1x1M", "--turnover", "x"],
            "--turnover: 'x' is not a size; write 64M, 512MiB or 1.5G", 64
        ),
        (["--warm-up", "-1"], "--warm-up", 64),
        (["--warm-up", "1"], "--warm-up without anything that goes on", 78),
        (["--backing", "disk"], "the value 'disk' is invalid for '--backing <backing>'", 64),
    ])
    func `a load that makes no sense is refused`(options: [String], hint: String, status: Int) throws {
        let outcome = try Devemu.run(["run", "camera.so"] + options)
        #expect(Int(outcome.status) == status)
        #expect(outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains(hint), "\(outcome.standardError)")
    }
}
