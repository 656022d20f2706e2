package import Foundation

/// The small plugins of `Fixtures`, one idea each, and the recordings that are test data.
package enum Fixture {
    package static let folder = Devemu.root + "/Tests/EndToEndTests/Fixtures"
    package static let recordings = Devemu.root + "/Tests/RecordingsTests/Recordings"
    package static let headers = Devemu.root + "/Sources/CDevEmu/include"

    package static let cCompiler = tool(["cc", "gcc", "clang"])
    package static let hasDTC = tool(["dtc"]) != nil
    package static let cxxCompiler = tool(["c++", "g++", "clang++"])

    /// Compiles `Fixtures/NAME.c` (or `.cpp`) to `NAME.so`, or `output`, in the folder.
    package static func build(
        _ name: String, in scratch: Scratch, flags: [String] = ["-shared"], output: String? = nil
    ) throws -> String {
        let isCxx = FileManager.default.fileExists(atPath: "\(folder)/\(name).cpp")
        let compiler = try demand(isCxx ? cxxCompiler : cCompiler, "no compiler")
        let target = scratch.path(output ?? name + ".so")
        try scratch.run(
            [
                compiler, isCxx ? "-std=c++17" : "-std=gnu11", "-O0", "-I", headers, "-fPIC",
                "-fvisibility=hidden",
            ]
                + flags + ["-o", target, "\(folder)/\(name)\(isCxx ? ".cpp" : ".c")"])
        return target
    }

    /// A recorded run, unpacked.
    package static func recording(_ name: String, in scratch: Scratch) throws -> String {
        try scratch.run(["gzip", "-dc", "\(recordings)/\(name).txt.gz"], output: name + ".txt")
        return scratch.path(name + ".txt")
    }

    package static func tool(_ names: [String]) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.first { name in folders.contains { access("\($0)/\(name)", X_OK) == 0 } }
    }
}

/// Whether a process runs, or could: a zombie does not.
package func isRunning(_ process: pid_t) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let state = status.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
}

/// Waits for an event that must come; the bound only ends a failing test.
package func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<3000 {
        if try condition() { return true }
        usleep(10_000)
    }
    return false
}
