import Measurement
import Testing

@testable import Emulation

/// Which requests are looked at more closely.
@Suite struct AnatomyCollectionTests {
    private func anatomy(_ request: Int) -> RequestAnatomy {
        RequestAnatomy(
            request: request, largestFreeRun: 0, largestUsableRun: 0, refusals: RequestAnatomy.Refusals(),
            refusedWindows: 0, nearest: nil, blockers: [], blockingPages: 0)
    }

    @Test func `failures are kept from all over the run, and few are looked at`() {
        var collection = AnatomyCollection()
        var looks = 0
        for request in 0..<100_000 {
            collection.addFailure {
                looks += 1
                return anatomy(request)
            }
        }
        let kept = collection.all.map(\.request)
        #expect(kept.count < AnatomyCollection.failureLimit)
        #expect(kept.count >= AnatomyCollection.failureLimit / 2)
        #expect(kept.first == 0)
        #expect(kept.last ?? 0 > 90_000)
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 == kept[1] })
        #expect(looks < 400)
    }

    @Test func `the slowest are kept, the slowest first`() {
        var collection = AnatomyCollection()
        for request in 0..<1000 {
            collection.addSlow(nanoseconds: UInt64(request * 7919 % 1000)) { anatomy(request * 7919 % 1000) }
        }
        let expected = (0..<AnatomyCollection.slowLimit).map { 999 - $0 }
        #expect(collection.all.map(\.request) == expected)
    }
}
