import PhysicalMemory
import WorkerProcess

extension FuzzTarget {
    /// What a worker writes to its channel. The first byte decides in which pieces it arrives.
    static let frames = FuzzTarget("frames") { bytes in
        guard let seed = bytes.first else { return }
        let stream = bytes.dropFirst()
        let whole = decode([stream])
        var generator = SeededGenerator(seed: UInt64(seed))
        var pieces: [ArraySlice<UInt8>] = []
        var rest = stream
        while !rest.isEmpty {
            let piece = rest.prefix(1 + generator.below(seed.isMultiple(of: 2) ? 16 : 4096))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        let cut = decode(pieces)
        try promise(cut == whole, "the pieces of a stream make other frames than the whole")
        if let failure = whole.failure { try checkRefusal(failure.description) }
        try promise(Int(whole.offset) <= stream.count, "a frame behind the end of the stream")

        // Frames that went through the decoder once come out of it unchanged; repaired text may be too long to be sent.
        var sent: [WorkerFrame] = []
        var again: [UInt8] = []
        for frame in whole.frames {
            guard let bytes = try? frame.encoded() else { continue }
            sent.append(frame)
            again += bytes
        }
        let repeated = decode([again[...]])
        try promise(repeated.frames == sent, "frames change on their way")
        try promise(repeated.failure == nil && repeated.isAtBoundary, "frames break on their way")
    }

    private struct Decoded: Equatable {
        var frames: [WorkerFrame] = []
        var failure: WorkerError?
        var offset: UInt64 = 0
        var isAtBoundary = false
    }

    private static func decode(_ pieces: [ArraySlice<UInt8>]) -> Decoded {
        var decoder = FrameDecoder()
        var decoded = Decoded()
        for piece in pieces where decoded.failure == nil {
            decoder.feed(piece)
            do {
                while let frame = try decoder.next() { decoded.frames.append(frame) }
            } catch {
                decoded.failure = error
            }
        }
        decoded.offset = decoder.offset
        decoded.isAtBoundary = decoder.isAtBoundary
        return decoded
    }
}
