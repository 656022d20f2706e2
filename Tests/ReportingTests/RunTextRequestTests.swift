import Measurement
import Reporting
import Testing
import TextSupport

@Suite struct RunTextRequestTests {
    private func text(devices: Int = 1, _ change: (inout RunRecord) -> Void) -> String {
        var record = RunRecord(
            seed: 1, mode: "as-asked", costs: "c", memoryPages: 1024, areas: [], plugins: [],
            devices: (0..<devices).map { DeviceRecord(name: "codec\($0)") }, log: [], elapsedNanoseconds: 5)
        change(&record)
        return RunText(record, style: TextStyle(isColored: false)).render()
    }

    private func failed(_ number: Int, wanted: Int = 1, got: Int = 0, errno: Int? = -12) -> FailedRequest {
        FailedRequest(
            number: number, device: "codec0", nanoseconds: 0, wanted: wanted, got: got, pages: 1016, align: 8,
            errno: errno, freePages: 448, longestRunPages: 16)
    }

    @Test func `a request that failed is a line with its number, pages, errno and how the area looked`() {
        let text = text { record in
            record.failedRequests = FailedRequests()
            record.failedRequests?.add(failed(54))
            record.failedRequests?.add(failed(55, wanted: 40, got: 31, errno: nil))
        }
        #expect(text.contains("\n  failed    request 54, 1016 pages: -12, 448 free, longest run 16\n"))
        #expect(
            text.contains(
                "\n  failed    request 55, 40 x 1016 pages: 31 got, then given up by the strategy,\n"
                    + "            448 free, longest run 16\n"))
    }

    @Test func `a request that failed has 80 characters to a line, whatever its numbers`() {
        let text = text(devices: 2) { record in
            record.failedRequests = FailedRequests()
            for digits in 1...9 {
                let number = Int(String(repeating: "9", count: digits)) ?? 0
                record.failedRequests?.add(failed(number, wanted: number, got: number - 1))
            }
        }
        let lines = text.split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("            ") })
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    @Test func `where there are several devices the line says whose request it was, and many are counted`() {
        let text = text(devices: 2) { record in
            record.failedRequests = FailedRequests()
            for number in 1...200 { record.failedRequests?.add(failed(number)) }
        }
        #expect(text.contains("\n  failed    request 10 of codec0, 1016 pages: -12, "))
        #expect(!text.contains("request 11 of"))
        #expect(text.contains("\n  failed    190 more requests, of 200 that failed\n"))
    }

    @Test func `calls are listed with offset or errno, and what was not kept is counted`() {
        let text = text { record in
            var list = CallList()
            list.add(
                CallRecord(
                    request: 1, device: "codec0", beginNanoseconds: 0, durationNanoseconds: 5000, pages: 16,
                    align: 4, offset: 32, windows: 1, errno: nil))
            list.add(
                CallRecord(
                    request: 2, device: "codec0", beginNanoseconds: 5000, durationNanoseconds: 700, pages: 16,
                    align: 4, offset: nil, windows: 0, errno: -16))
            list.add(
                CallRecord(
                    request: 3, device: "codec0", beginNanoseconds: 6000, durationNanoseconds: 800, pages: 16,
                    align: 4, offset: 64, windows: 12, errno: nil))
            list.leftOut = 9
            record.calls = list
        }
        let lines = text.split(separator: "\n").filter {
            $0.contains("codec0") && $0.contains(" ns") || $0.contains("µs")
        }
        #expect(lines.count == 3)
        #expect(lines[0].hasSuffix("     4      32  ok"))
        #expect(lines[1].hasSuffix("     4       -  -16"))
        #expect(lines[2].hasSuffix("     4      64  12 windows"))
        #expect(text.contains("\n  9 more calls after these, not kept\n"))
    }
}
