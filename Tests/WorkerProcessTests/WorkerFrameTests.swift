import Testing

@testable import WorkerProcess

struct WorkerFrameTests {
    @Test func aFrameHasTheDocumentedBytes() throws {
        let bytes = try WorkerFrame.log(level: 2, message: "a").encoded()
        // FNV-1a of 02 02 61, from an independent implementation.
        #expect(bytes == [2, 0, 0, 0, 2, 0x2c, 0x1f, 0x83, 0xf3, 2, 0x61])
    }

    @Test func theChecksumIsThePublishedFNV1a() {
        // The value for "foobar" in the FNV test vectors.
        let text = Array("foobar".utf8)
        #expect(WorkerFrame.checksum(kind: text[0], payload: text[1...]) == 0xbf9c_f968)
    }

    @Test func aFailureKeepsANegativeCode() throws {
        var decoder = FrameDecoder()
        decoder.feed(try WorkerFrame.failure(code: -7, message: "x").encoded())
        #expect(try decoder.next() == .failure(code: -7, message: "x"))
    }

    @Test func aPayloadOverTheLimitIsNotEncoded() {
        let frame = WorkerFrame.result([UInt8](repeating: 0, count: WorkerFrame.payloadLimit + 1))
        let error = #expect(throws: WorkerError.self) { try frame.encoded() }
        #expect(error?.code == .frameTooLong)
    }

    @Test func everyKindByteIsDistinctAndStable() {
        #expect(WorkerFrame.Kind.allCases.map(\.rawValue) == [1, 2, 3, 4, 5, 6, 7])
    }
}
