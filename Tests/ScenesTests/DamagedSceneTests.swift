import PhysicalMemory
import Scenes
import Testing

/// Every damaged scene is either refused in one line or read; none of them stops the process.
@Suite struct DamagedSceneTests {
    private let good = Array(Sample.text.utf8)

    /// Whether the bytes are refused; a refusal must be one line with a place in the file.
    private func isRefused(_ bytes: [UInt8], _ change: String) -> Bool {
        guard let error = Sample.error(bytes) else { return false }
        let lines = bytes.count { $0 == 10 } + 1
        let isPlaced = (1...lines + 1).contains(error.line) && error.column >= 1
        let isOneLine = !error.description.contains(where: \.isNewline) && error.description.count < 400
        if !isPlaced || !isOneLine { Issue.record("\(change): \(error.line):\(error.column): \(error)") }
        return true
    }

    @Test func `a scene cut anywhere is read or refused`() {
        let refused = good.indices.count { isRefused(Array(good[..<$0]), "cut at \($0)") }
        #expect(refused > good.count / 2)
        #expect(refused < good.count)
    }

    @Test(arguments: [0x00, 0xff, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "-")])
    func `any byte may be another`(byte: UInt8) { replaceEach(by: byte) }

    @Test(arguments: [UInt8(ascii: "&"), UInt8(ascii: "*"), 9, UInt8(ascii: "\"")])
    func `any byte may be one that means something to YAML`(byte: UInt8) { replaceEach(by: byte) }

    private func replaceEach(by byte: UInt8) {
        var refused = 0
        for index in good.indices {
            var bytes = good
            bytes[index] = byte
            if isRefused(bytes, "\(byte) at \(index)") { refused += 1 }
        }
        #expect(refused > good.count / 4)
    }

    @Test(arguments: 0..<4)
    func `several bytes may be lost, inserted or moved`(round: Int) {
        var generator = SeededGenerator(seed: UInt64(round) &+ 41)
        let words = [
            "? ", "- ", "*a ", "&a ", "!!x ", "{", "}", "[", "]", ": ", "\n", "\n\n  ", "%YAML 1.1\n",
            "---\n", "'", "\"\\x00", "\"\\ud800\"",
        ]
        var refused = 0
        for _ in 0..<500 {
            var bytes = good
            for _ in 0...generator.below(4) {
                let position = generator.below(bytes.count)
                switch generator.below(4) {
                case 0: bytes[position] = UInt8(generator.below(256))
                case 1: bytes.removeSubrange(position..<min(position + 1 + generator.below(40), bytes.count))
                case 2: bytes.insert(contentsOf: words[generator.below(words.count)].utf8, at: position)
                default:
                    let from = generator.below(bytes.count)
                    bytes.insert(contentsOf: Array(bytes[from...].prefix(60)), at: position)
                }
                if bytes.isEmpty { bytes = good }
            }
            if isRefused(bytes, "round \(round)") { refused += 1 }
        }
        #expect(refused > 250)
    }

    @Test(arguments: 0..<4)
    func `noise is refused`(round: Int) {
        var generator = SeededGenerator(seed: UInt64(round) &+ 7)
        let letters = Array("ab01 \n\t:-?[]{},&*!|>'\"%@`#\\.~<=".utf8)
        for _ in 0..<500 {
            let bytes = (0..<1 + generator.below(120)).map { _ in letters[generator.below(letters.count)] }
            #expect(isRefused(bytes, "noise"))
        }
    }

    @Test func `noise as a setting is refused, or sets a parameter`() {
        var generator = SeededGenerator(seed: 3)
        let words = [
            "camera", "machine", "areas", "events", "params", "with", ".", ".", "[", "]", "0", "1", "=", "é",
        ]
        for _ in 0..<500 {
            let path = (0..<1 + generator.below(7)).map { _ in words[generator.below(words.count)] }.joined()
            let error = Sample.error(good, [(path: path, value: "\u{1b}")])
            #expect(error?.line == 0)
            #expect(error?.description.contains(where: \.isNewline) == false)
            guard let error = Sample.error(good, [(path: path, value: "x")]) else { continue }
            #expect(error.description.hasPrefix("override '"), "\(path)")
        }
    }
}
