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

    /// Nil at the end of the file.
    mutating func next() throws(RecordingError) -> RecordLine? {
        while position < bytes.count {
            number += 1
            guard let end = bytes[position...].firstIndex(of: 10) else {
                throw RecordingError(.cutShort, line: number)
            }
            let line = bytes[position..<end]
            lineBytes = end - position + 1
            position = end + 1
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            return RecordLine(line, number: number)
        }
        return nil
    }
}
