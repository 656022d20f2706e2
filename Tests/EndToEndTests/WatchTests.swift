import Foundation
import TestSupport
import Testing

/// `devemu run --watch` on a terminal of some size.
@Suite(.enabled(if: Fixture.tool(["script"]) != nil, "needs script of util-linux"))
struct WatchTests {
    /// What a terminal of that size receives.
    private func screen(columns: Int, rows: Int, _ options: String) throws -> String {
        let scratch = try Scratch()
        let devemu = "\(Devemu.products)/devemu run camera.so --watch \(options)"
        try scratch.run(
            [
                try #require(Fixture.tool(["script"])), "-qec",
                "stty cols \(columns) rows \(rows); TERM=xterm \(devemu)", "/dev/null",
            ], output: "screen")
        return String(decoding: try scratch.bytes(of: "screen"), as: UTF8.self)
    }

    @Test(arguments: [(30, 8), (80, 24), (200, 50)])
    func `each picture takes the place of the one before, on a terminal of any size`(
        columns: Int, rows: Int
    ) throws {
        let text = try screen(columns: columns, rows: rows, "--speed 0.1")
        // The terminal makes CR LF of every line's end, which is one character to Swift.
        let plain = text.replacing(#/\u{1b}\[[0-9]*m/#, with: "")
            .replacingOccurrences(of: "\r\n", with: "\n")
        let parts = plain.split(separator: #/\u{1b}\[([0-9]+)F/#)
        #expect(parts.count > 3)
        for part in parts.dropLast() {
            let lines = part.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(lines.count < rows)
            for line in lines {
                let shown = line.replacing("\u{1b}[K", with: "")
                #expect(shown.count <= columns, "\(shown)")
            }
            #expect(plain.contains("\u{1b}[\(lines.count)F"))
        }
        if columns >= 80 { #expect(plain.contains(", at 0.100 of real time")) }
    }

    @Test(arguments: [
        (["--speed", "0.1"], "--speed is for --watch"),
        (["--watch", "--speed", "0"], "--speed 0.0: expected"),
        (["--watch", "--speed=-1"], "--speed -1.0: expected"),
        (["--columns", "19"], "--columns 19: expected"),
        (["--columns", "1001"], "from 20 to 1000"),
    ])
    func `a speed or a width that cannot be is refused`(options: [String], says: String) throws {
        let outcome = try Devemu.run(["run", "camera.so"] + options)
        #expect(outcome.status == 64)
        #expect(outcome.standardError.contains(says), "\(outcome.standardError)")
    }

    @Test(arguments: [40, 80, 120])
    func `reports keep to the width that is asked for`(columns: Int) throws {
        let small = ["--area", "16M", "--set", "width=320", "--set", "height=240"]
        for command in [
            ["run", "camera.so", "--list-calls"], ["compare", "camera.so", "--repeat", "1"] + small,
            ["size", "camera.so", "--seeds", "2", "--alternatives", "normal"],
        ] {
            let outcome = try Devemu.run(command + ["--columns", "\(columns)"])
            #expect(outcome.status <= 1, "\(outcome.standardError)")
            for line in outcome.text.split(separator: "\n") {
                #expect(line.count <= columns, "\(command[0]): \(line)")
            }
        }
    }
}
