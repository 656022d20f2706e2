import Testing

@testable import WorkerProcess

struct FrameBudgetTests {
    /// What a budget says against a frame.
    private static func refusal(
        of kind: WorkerFrame.Kind, size: Int, offset: UInt64 = 0, by budget: inout FrameBudget
    ) -> WorkerError? {
        do throws(WorkerError) {
            try budget.spend(kind, size: size, offset: offset)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [WorkerFrame.Kind.trace, .kernelTrace, .state])
    func whatWasNotAskedForIsRefused(kind: WorkerFrame.Kind) throws {
        var budget = FrameBudget(wanted: [])
        #expect(Self.refusal(of: kind, size: 1, by: &budget)?.code == .unwantedFrame)
        var other = FrameBudget(wanted: [kind])
        try other.spend(kind, size: 1, offset: 0)
    }

    @Test func phasesHaveASum() throws {
        var budget = FrameBudget(wanted: [])
        for _ in 0..<64 { try budget.spend(.phase, size: 64, offset: 0) }
        let error = Self.refusal(of: .phase, size: 1, offset: 9, by: &budget)
        #expect(error?.code == .tooManyFrames)
        #expect(error?.context.offset == 9)
    }

    @Test func aPhaseThatComesAgainCannotBeTrue() {
        var evidence = WorkerEvidence()
        let first = evidence.note(.phase("inspect"))
        let second = evidence.note(.phase("run"))
        let again = evidence.note(.phase("inspect"))
        #expect([first, second, again] == [true, true, false])
        #expect(evidence.lastPhase == "run")
    }

    @Test(arguments: WorkerFrame.Kind.allCases)
    func aFrameOverItsKindsLimitIsFoundByItsHeader(kind: WorkerFrame.Kind) {
        var decoder = FrameDecoder()
        decoder.feed(littleEndianBytes(UInt32(kind.payloadLimit + 1)) + [kind.rawValue])
        do {
            #expect(try decoder.next() == nil)
            Issue.record("a frame that is too long was waited for")
        } catch {
            #expect(error.code == .frameTooLong)
        }
    }
}
