/// The lines of a recording or a state that are neither empty nor comments, one after the other.
struct RecordLines {
    private let bytes: [UInt8]
    private var position = 0
    /// 1-based number of the last line read, and its bytes, newline included.
    private(set) var number = 0
    private(set) var lineBytes = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the first line says that it is one of these files.
    var startsAsRecording: Bool { bytes.prefix { $0 != 10 }.elementsEqual("# cma oracle 1".utf8) }

    /// Comments that tell of the page allocator, by their first word.
    private static let allocatorComments: [[UInt8]] = ["zone", "pcp", "folios"].map { Array($0.utf8) }

    /// Nil at the end of the file.
    /// - Parameter comments: whether the comments that tell of the page allocator are wanted too; their first word
    ///   is `#`.
    mutating func next(comments: Bool = false) throws(RecordingError) -> RecordLine? {
        while position < bytes.count {
            number += 1
            guard let end = bytes[position...].firstIndex(of: 10) else {
                throw RecordingError(.cutShort, line: number)
            }
            let line = bytes[position..<end]
            lineBytes = end - position + 1
            position = end + 1
            if line.isEmpty { continue }
            let record = RecordLine(line, number: number)
            if line.first == UInt8(ascii: "#"), !(comments && Self.tellsOfAllocator(record)) { continue }
            return record
        }
        return nil
    }

    private static func tellsOfAllocator(_ comment: RecordLine) -> Bool {
        var words = comment
        guard words.word()?.count == 1, let first = words.word() else { return false }
        return allocatorComments.contains { $0.elementsEqual(first) }
    }
}
