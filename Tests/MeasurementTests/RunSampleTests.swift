import Foundation
import Measurement
import Testing

@Suite struct RunSampleTests {
    @Test func `a sample is read back the same, with its values by name`() throws {
        let samples = runs("normal", [5, nil]) + failedRuns("normal", count: 1)
        let data = try JSONEncoder().encode(samples)
        #expect(try JSONDecoder().decode([RunSample].self, from: data) == samples)
        let objects = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(objects[0]["case"] as? String == "quiet")
        #expect((objects[0]["values"] as? [String: Double])?["time_to_satisfaction_ns"] == 5)
        #expect(
            (objects[1]["values"] as? [String: Double])?.keys.contains("time_to_satisfaction_ns") == false)
    }

    @Test func `a run without a result has its reason and no device`() {
        let sample = RunSample(caseName: "quiet", strategy: "mine.so", seed: 3, failure: "killed by SIGSEGV")
        #expect(sample.failure == "killed by SIGSEGV")
        #expect(sample.device == nil)
        #expect(sample.values.isEmpty)
    }
}
