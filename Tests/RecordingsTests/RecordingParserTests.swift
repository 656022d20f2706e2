import Testing

@testable import Recordings

@Suite struct RecordingParserTests {
    @Test func `the header's words are there under their names`() throws {
        let recording = try Sample.recording()
        #expect(recording.kernel("version") == "6.1.192")
        #expect(recording.kernel("cpus") == "2")
        #expect(recording.kernel("mode") == nil)
        #expect(recording.scenario("mem") == "512M")
        #expect(recording.scenario("cma") == "64M@256M")
        #expect(recording.mode == "normal")
        #expect(recording.basePFN == 65536)
        #expect(recording.pages == 64)
        #expect(recording.orderPerBit == 0)
        #expect(recording.pageblockPages == 512)
    }

    @Test func `a scenario without a mode is the unchanged kernel's`() throws {
        let text = Sample.with(line: 3, replacing: " mode=normal", by: "")
        #expect(try Recording(parsing: Array(text.utf8)).mode == "normal")
    }

    @Test func `each record becomes one step, in order`() throws {
        let recording = try Sample.recording()
        #expect(recording.steps.count == Sample.lineCount - 4)
        #expect(recording.calls == 8)
        #expect(recording.steps[0] == .free(pages: 1000, contiguous: 64))
        #expect(recording.steps[2] == .pin(offset: 10, taken: true))
        #expect(recording.steps[3] == .pin(offset: 40, taken: false))
        #expect(recording.steps[9] == .release(offset: 0, count: 4, accepted: true, nanoseconds: 50))
        #expect(recording.steps[11] == .release(offset: 60, count: 4, accepted: false, nanoseconds: 5))
        #expect(recording.steps.last == .free(pages: 900, contiguous: 28))
    }

    @Test func `the states of the pages are runs of a letter`() throws {
        let recording = try Sample.recording()
        let dot = UInt8(ascii: ".")
        let anonymous = UInt8(ascii: "a")
        let referenced = UInt8(ascii: "P")
        #expect(
            recording.steps[4]
                == .pages([
                    .init(letter: dot, count: 8), .init(letter: anonymous, count: 2),
                    .init(letter: referenced, count: 1), .init(letter: anonymous, count: 21),
                    .init(letter: dot, count: 32),
                ]))
    }

    @Test func `every number of a call is read into its own field`() throws {
        let recording = try Sample.recording()
        #expect(
            recording.steps[5]
                == .allocate(
                    .init(
                        count: 16, align: 4, offset: 16, errno: 0, nanoseconds: 100, isolateNanoseconds: 11,
                        disableLRUNanoseconds: 12, migrateNanoseconds: 13, drainNanoseconds: 14,
                        migrated: 16, migrateFailed: 3, busy: [0])))
    }

    @Test func `a failed call has an errno and no offset`() throws {
        guard case .allocate(let call) = try Sample.recording().steps[7] else {
            Issue.record("step 7 is no allocation")
            return
        }
        #expect(call.offset == nil)
        #expect(call.errno == -12)
        #expect(call.busy == [])
    }

    @Test func `busy windows keep their order`() throws {
        guard case .allocate(let call) = try Sample.recording().steps[13] else {
            Issue.record("step 13 is no allocation")
            return
        }
        #expect(call.busy == [4, 5, 6, 7, 8, 9, 10])
    }

    @Test func `comments and empty lines between the records do not count, except as lines`() throws {
        let text = Sample.with(line: 6, replacing: "pages", by: "# a remark\n\npages")
        #expect(try Recording(parsing: Array(text.utf8)) == Sample.recording())
        let damaged = Sample.with(line: 12, replacing: "alloc", by: "malloc", in: text)
        let error = #expect(throws: RecordingError.self) { try Recording(parsing: Array(damaged.utf8)) }
        #expect(error?.line == 12)
    }

    @Test func `the bytes of a step are those of its line with the newline`() throws {
        let recording = try Sample.recording()
        #expect(recording.stepBytes.count == recording.steps.count)
        let lines = Sample.text.split(separator: "\n")
        #expect(recording.stepBytes == lines.dropFirst(4).map { $0.utf8.count + 1 })
    }

    @Test(arguments: [
        "base21-normal", "bitmap-1", "chunk4800-pins0-failfast", "mix-cached", "scene31-normal",
    ])
    func `a recorded kernel's file is read to its end`(name: String) throws {
        let bytes = try RecordedKernels.bytes(of: name)
        let recording = try Recording(parsing: bytes)
        let header = bytes.split(separator: 10, maxSplits: 4, omittingEmptySubsequences: false)
        let headerBytes = header.prefix(4).reduce(0) { $0 + $1.count + 1 }
        #expect(headerBytes + recording.stepBytes.reduce(0, +) == bytes.count)
        #expect(recording.kernel("version") == "6.1.192")
        #expect(recording.scenario("mode") != nil)
    }
}
