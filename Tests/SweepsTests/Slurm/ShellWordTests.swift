import Foundation
import Sweeps
import Testing

@Suite struct ShellWordTests {
    @Test(arguments: [
        "/plain/path-1.0_a@b", "", " ", "a b", "it's", "''", "$HOME `id` \"x\" \\ !", "new\nline", "*?[a]~",
        "ü",
    ])
    func `bash reads a word as what it was made of`(_ text: String) throws {
        #expect(try Bash.run("printf %s \(ShellWord.bash(text))") == text)
    }

    @Test func `a word that needs no quotes gets none`() {
        #expect(ShellWord.bash("/home/ann/sweep-1.jsonl") == "/home/ann/sweep-1.jsonl")
    }

    @Test func `a path on an SBATCH line stands in quotes, a quote in it behind a backslash`() {
        #expect(ShellWord.directive(#"/a b/it's "x" #1"#) == #""/a b/it's \"x\" #1""#)
    }

    @Test(arguments: ["/a\\b", "/a\nb", "/a\rb", "/a\u{0}b"])
    func `a path that sbatch cannot be told is refused`(_ path: String) {
        #expect(ShellWord.directive(path) == nil)
        #expect(ShellWord.logDirective(folder: path, name: "x.log") == nil)
    }

    @Test func `a percent sign in a folder is no number of Slurm's`() {
        #expect(ShellWord.logDirective(folder: "/50%a", name: "shard-%5a.log") == #""/50%%a/shard-%5a.log""#)
    }
}

/// bash, as Slurm runs a script.
enum Bash {
    /// What a script prints.
    static func run(_ script: String, environment: [String: String] = [:]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
