import Foundation
import PluginInspection
import Testing

/// The plugins of this package, in C, C++ and Swift, damaged: each is refused in one line or read, and none
/// stops the process.
@Suite struct BuiltPluginDamageTests {
    static let plugins = ["camera", "codec", "display"]

    /// A plugin as it was built beside this program, in a file of its own without its debugging symbols.
    private struct Copy {
        let builder: PluginBuilder
        let path: String
        let bytes: [UInt8]
        let file: Int32

        init(of name: String) throws {
            builder = try PluginBuilder()
            path = builder.path("\(name).so")
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let products = (program as NSString).deletingLastPathComponent
            try builder.run(["strip", "-o", path, "\(products)/libdevemu-\(name).so"])
            bytes = try builder.read(path)
            file = open(path, O_RDWR | O_CLOEXEC)
            try #require(file >= 0)
        }

        /// The ELF header and the program headers.
        var headers: Range<Int> { 0..<64 + 56 * (Int(bytes[56]) | Int(bytes[57]) << 8) }

        /// Where the last segment that is loaded ends.
        var loadedEnd: Int {
            stride(from: 64, to: headers.upperBound, by: 56).filter {
                bytes[$0..<$0 + 4].elementsEqual([1, 0, 0, 0])
            }
            .map { word($0 + 8) + word($0 + 32) }.max() ?? 0
        }

        private func word(_ offset: Int) -> Int {
            (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }

        /// The refusal of the file as it is now.
        func refusal() -> InspectionError? {
            do {
                _ = try PluginFile.inspect(fileDescriptor: file, name: path, hostABI: 1...2)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test(arguments: plugins)
    func `cut before its loaded end it is refused, behind that it is read`(name: String) throws {
        let copy = try Copy(of: name)
        #expect(copy.refusal() == nil)
        let end = copy.headers.upperBound
        let lengths = Array(1...end) + Array(stride(from: end, to: copy.bytes.count, by: 64))
        for length in lengths.reversed() {
            try #require(ftruncate(copy.file, length) == 0)
            let refusal = copy.refusal()
            #expect((refusal != nil) == (length < copy.loadedEnd), "at \(length) bytes")
            guard let refusal else { continue }
            #expect(refusal.code == (length < 4 ? .notELF : .truncated), "at \(length) bytes")
            #expect(!refusal.description.contains { $0.isNewline })
        }
    }

    @Test(arguments: plugins)
    func `with any byte of its headers changed it is refused or read`(name: String) throws {
        let copy = try Copy(of: name)
        var refused = 0
        for offset in copy.headers {
            // Every bit of the ELF header; in the larger table behind it the ends and the middle of a byte.
            for bit in offset < 64 ? Array(0..<8) : [0, 4, 7] {
                var byte = copy.bytes[offset] ^ (1 << UInt8(bit))
                try #require(pwrite(copy.file, &byte, 1, offset) == 1)
                guard let refusal = copy.refusal() else { continue }
                refused += 1
                #expect(!refusal.description.contains { $0.isNewline }, "bit \(bit) of byte \(offset)")
            }
            var byte = copy.bytes[offset]
            try #require(pwrite(copy.file, &byte, 1, offset) == 1)
        }
        #expect(refused > 64)
        #expect(copy.refusal() == nil)
    }
}
