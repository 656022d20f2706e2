import Measurement
import Testing
import TextSupport

@testable import Reporting

/// A comparison of kernels in every form in which it is written.
@Suite struct KernelComparisonTests {
    private static let kernels = ["linux-6.1", "linux-7.3"]

    private func comparison(satisfied: Bool = true, note: String? = nil) -> Comparison {
        let samples = (1...6).flatMap { seed in
            Self.kernels.map { kernel in
                var values: [ComparedMetric: Double] = [
                    .buffersGot: satisfied ? 4 : 1, .satisfied: satisfied ? 1 : 0,
                ]
                if satisfied {
                    values[.timeToSatisfaction] = (kernel == "linux-6.1" ? 1e6 : 3e6) + Double(seed)
                }
                return RunSample(
                    caseName: "board", device: "camera", strategy: kernel, seed: UInt64(seed),
                    buffersWanted: 4,
                    buffersMin: 2, values: values)
            }
        }
        var comparison = Comparison(
            samples: samples, reference: "linux-6.1", order: .init(strategies: Self.kernels))
        comparison.contenders = .kernels
        comparison.strategy = "as-asked"
        comparison.kernelNotes = note.map { [$0] }
        return comparison
    }

    @Test func `the text speaks of kernels, under which strategy they ran, and what was not checked`() {
        let text = ComparisonText(
            comparison(note: "android-6.12 was not checked against recordings"),
            style: TextStyle(isColored: false)
        ).render()
        #expect(text.contains("\nkernel "))
        #expect(text.contains("camera: linux-6.1 wins, ready after 1.00 ms"))
        #expect(text.contains("Every kernel ran under the strategy as-asked and with its own costs"))
        #expect(text.contains("android-6.12 was not checked against recordings.\n"))
        let never = ComparisonText(comparison(satisfied: false), style: TextStyle(isColored: false)).render()
        #expect(never.contains("no kernel satisfies it in half of the seeds"))
    }

    @Test func `CSV and Markdown name the column for what is compared`() {
        #expect(ComparisonCSV.render(comparison()).hasPrefix("case,device,kernel,runs,"))
        #expect(ComparisonMarkdown.render(comparison()).contains("| kernel "))
        #expect(ComparisonMarkdown.render(comparison()).contains("under the strategy as-asked"))
    }

    @Test func `JSON says what is compared, and reads back as the same comparison`() throws {
        let comparison = comparison(note: "not checked")
        let bytes = try JSONText.encode(comparison)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"contenders\" : \"kernels\"") || text.contains("\"contenders\": \"kernels\""))
        #expect(try JSONText.decode(Comparison.self, from: bytes) == comparison)
        var strategies = comparison
        (strategies.contenders, strategies.strategy, strategies.kernelNotes) = (nil, nil, nil)
        #expect(!String(decoding: try JSONText.encode(strategies), as: UTF8.self).contains("contenders"))
    }
}
