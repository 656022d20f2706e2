import Foundation
import TestSupport
import Testing

/// Damaged copies of the plugins in C, C++ and Swift, given to the whole program: refused by inspection, or
/// run to an end that is documented.
@Suite struct DamagedPluginTests {
    private static let plugins = ["camera", "codec", "display"]
    /// Finished, unsatisfied, ended by the plugin, refused.
    private static let endings: Set<Int32> = [0, 1, 2, 69]

    private let scratch: Scratch
    private var damaged: String { scratch.path("damaged.so") }

    init() throws { scratch = try Scratch() }

    private func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(Devemu.products)/libdevemu-\(name).so")))
    }

    @Test(arguments: plugins)
    func `a plugin that was cut is refused in one line`(name: String) throws {
        let good = try bytes(of: name)
        for length in [1, 4, 16, 63, 64, 100, 400, 1000, 4096, good.count / 4] {
            try scratch.write(good.prefix(length), to: "damaged.so")
            for command in [["plugin", "inspect"], ["run"]] {
                let outcome = try Devemu.run(command + [damaged])
                #expect(outcome.status == 69, "\(command) at \(length) bytes")
                #expect(outcome.standardOutput.isEmpty)
                #expect(outcome.complaints.count == 1)
            }
        }
    }

    @Test(arguments: plugins)
    func `a plugin with a flipped bit in its headers comes to a documented end`(name: String) throws {
        let good = try bytes(of: name)
        let headers = 64 + 56 * (Int(good[56]) | Int(good[57]) << 8)
        var run = 0
        // 23 is prime to the sizes of all fields: each of them is met in some header.
        for offset in stride(from: 5, to: headers, by: 23) {
            var bytes = good
            bytes[offset] ^= 1 << UInt8(offset % 8)
            try scratch.write(bytes, to: "damaged.so")
            let inspected = try Devemu.run("plugin", "inspect", damaged)
            #expect([0, 69].contains(inspected.status), "byte \(offset)")
            guard inspected.status == 0 else { continue }
            run += 1
            let outcome = try Devemu.run(
                "run", damaged, "--memory", "64M", "--area", "16M@32M", "--pins", "0", "--timeout", "5")
            #expect(Self.endings.contains(outcome.status), "byte \(offset): \(outcome.standardError)")
            #expect((outcome.status < 2) == outcome.complaints.isEmpty, "byte \(offset)")
        }
        #expect(run > 0)
    }
}
