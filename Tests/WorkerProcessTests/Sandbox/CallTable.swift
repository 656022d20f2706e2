import Foundation
import Testing

/// `Calls/PROCESSOR.txt`: every system call of Linux up to 6.18 on a processor, with the answer that a plugin gets.
struct CallTable {
    enum Answer: String {
        case allowed, refused, none
        /// Allowed as long as Landlock holds it to the scratch folder, else refused.
        case heldByLandlock = "held-by-landlock"
        /// The test of the call has its answers.
        case byArgument = "by-argument"
    }

    struct Call {
        var number: UInt32
        var name: String
        var answer: Answer
    }

    let calls: [Call]

    init(_ processor: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Calls/\(processor).txt")
        calls = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Call(
                number: try #require(UInt32(words[0])), name: words[1],
                answer: try #require(Answer(rawValue: words[2]), "\(line)"))
        }
    }

    func number(_ name: String) throws -> UInt32 {
        try #require(calls.first { $0.name == name }?.number, "\(name)")
    }
}
