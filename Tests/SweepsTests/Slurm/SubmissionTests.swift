import Sweeps
import Testing

@Suite struct SubmissionTests {
    private func submission() -> Submission {
        var submission = Submission(
            version: "devemu 1", program: "/opt/devemu", plan: "/data/plan.jsonl", planHash: "abc", runs: 7,
            shards: 3, jobs: 2, limit: 2, options: ["--partition=long"])
        submission.submitted = [.init(array: 5, merge: 6), .init(array: nil, merge: 9)]
        return submission
    }

    @Test func `what is written is read again`() throws {
        #expect(Submission(json: try submission().json()) == submission())
    }

    @Test func `jobs come in the order of their submission`() {
        #expect(submission().allJobs == [5, 6, 9])
    }

    @Test(arguments: [
        ("shards\" : 3", "shards\" : 0"), ("jobs\" : 2", "jobs\" : -1"), ("submission/1", "submission/2"),
    ])
    func `a changed file is refused`(_ before: String, _ after: String) throws {
        let text = String(decoding: try submission().json(), as: UTF8.self)
        let changed = text.split(separator: before, omittingEmptySubsequences: false)
        #expect(changed.count > 1)
        #expect(Submission(json: Array(changed.joined(separator: after).utf8)) == nil)
    }

    @Test func `half a file is refused wherever it ends`() throws {
        let bytes = try submission().json()
        for end in 0..<(bytes.count - 2) { #expect(Submission(json: Array(bytes[..<end])) == nil) }
    }
}
