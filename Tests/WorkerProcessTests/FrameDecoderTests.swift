import Testing

@testable import WorkerProcess

/// SplitMix64, so that a failing seed can be run again.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

struct FrameDecoderTests {
    private static let frames: [WorkerFrame] = [
        .phase("load"), .phase(""), .log(level: 3, message: "größer"), .result([]), .result([0, 255, 7]),
        .failure(code: 5, message: "refused"), .log(level: 0, message: ""),
    ]

    private static func stream() throws -> [UInt8] {
        try frames.flatMap { try $0.encoded() }
    }

    private static func decodeAll(_ decoder: inout FrameDecoder) throws -> [WorkerFrame] {
        var found: [WorkerFrame] = []
        while let frame = try decoder.next() { found.append(frame) }
        return found
    }

    @Test func framesSurviveACutAtEveryByte() throws {
        let stream = try Self.stream()
        for cut in 0...stream.count {
            var decoder = FrameDecoder()
            decoder.feed(stream[..<cut])
            var found = try Self.decodeAll(&decoder)
            decoder.feed(stream[cut...])
            found += try Self.decodeAll(&decoder)
            #expect(found == Self.frames, "cut at \(cut)")
            #expect(decoder.isAtBoundary)
        }
    }

    @Test(arguments: UInt64(1)...50)
    func framesSurviveRandomSlices(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let repeats = 20
        let stream = Array(repeatElement(try Self.stream(), count: repeats).joined())
        var rest = stream[...]
        var decoder = FrameDecoder()
        var found: [WorkerFrame] = []
        while !rest.isEmpty {
            let count = Int.random(in: 0...40, using: &generator)
            decoder.feed(rest.prefix(count))
            rest = rest.dropFirst(count)
            if Bool.random(using: &generator) { found += try Self.decodeAll(&decoder) }
        }
        found += try Self.decodeAll(&decoder)
        #expect(found == Array(repeatElement(Self.frames, count: repeats).joined()))
        #expect(decoder.offset == UInt64(stream.count))
    }

    @Test func everyMissingTailIsDetected() throws {
        let bytes = try WorkerFrame.result([1, 2, 3]).encoded()
        for count in 1..<bytes.count {
            var decoder = FrameDecoder()
            decoder.feed(bytes[..<count])
            #expect(try decoder.next() == nil)
            #expect(!decoder.isAtBoundary, "\(count) of \(bytes.count) bytes")
            #expect(decoder.pendingByteCount == count)
        }
    }

    @Test func noFlippedBitYieldsTheWrongFrame() throws {
        let bytes = try WorkerFrame.failure(code: 1, message: "text").encoded()
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            var decoder = FrameDecoder()
            decoder.feed(damaged)
            // A greater length leaves the frame waiting for bytes; anything else is refused.
            let frame = try? decoder.next()
            #expect(frame == nil, "bit \(bit)")
            #expect(!decoder.isAtBoundary, "bit \(bit)")
        }
    }

    @Test func aLengthOverTheLimitIsRefusedFromItsFourBytesAlone() throws {
        var decoder = FrameDecoder()
        decoder.feed(try WorkerFrame.phase("run").encoded())
        _ = try decoder.next()
        decoder.feed([1, 0, 0, 4] as [UInt8])
        let error = #expect(throws: WorkerError.self) { try decoder.next() }
        #expect(error?.code == .frameTooLong)
        #expect(error?.context.offset == 12)
        #expect(error?.description == "frame at offset 12 announces 67108865 bytes, the limit is 67108864")
    }

    @Test func aLengthAtTheLimitIsWaitedFor() throws {
        var decoder = FrameDecoder()
        decoder.feed([0, 0, 0, 4, 3, 0, 0, 0, 0] as [UInt8])
        #expect(try decoder.next() == nil)
    }

    @Test func anUnknownKindIsRefused() {
        var decoder = FrameDecoder()
        decoder.feed([0, 0, 0, 0, 9] as [UInt8])
        let error = #expect(throws: WorkerError.self) { try decoder.next() }
        #expect(error?.code == .unknownKind)
        #expect(error?.context.found == 9)
    }

    @Test(arguments: [WorkerFrame.Kind.log, .failure])
    func aPayloadShorterThanItsFieldsIsRefused(kind: WorkerFrame.Kind) {
        var decoder = FrameDecoder()
        let checksum = WorkerFrame.checksum(kind: kind.rawValue, payload: [])
        decoder.feed([0, 0, 0, 0, kind.rawValue] + littleEndianBytes(checksum))
        let error = #expect(throws: WorkerError.self) { try decoder.next() }
        #expect(error?.code == .shortPayload)
    }

    @Test func aBrokenStreamStaysBroken() throws {
        var decoder = FrameDecoder()
        decoder.feed([0, 0, 0, 0, 9] as [UInt8])
        let first = #expect(throws: WorkerError.self) { try decoder.next() }
        decoder.feed(try WorkerFrame.phase("run").encoded())
        let second = #expect(throws: WorkerError.self) { try decoder.next() }
        #expect(first == second)
        #expect(!decoder.isAtBoundary)
    }

    @Test func textThatIsNoUTF8IsRepaired() throws {
        let payload: [UInt8] = [1, 0xff, 0x61]
        var decoder = FrameDecoder()
        decoder.feed(
            littleEndianBytes(3) + [WorkerFrame.Kind.log.rawValue]
                + littleEndianBytes(WorkerFrame.checksum(kind: 2, payload: payload[...])) + payload)
        #expect(try decoder.next() == .log(level: 1, message: "\u{fffd}a"))
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(state: 7)
        for _ in 0..<2000 {
            var decoder = FrameDecoder()
            var bytes = (0..<Int.random(in: 0...30, using: &generator))
                .map { _ in UInt8.random(in: 0...255, using: &generator) }
            if bytes.count > 4 { bytes.replaceSubrange(1..<4, with: [0, 0, 0]) }
            decoder.feed(bytes)
            while let frame = try? decoder.next(), frame.kind != .result {}
        }
    }
}
