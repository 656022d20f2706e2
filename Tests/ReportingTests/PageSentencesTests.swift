import Foundation
import Measurement
import Testing
import TextSupport

@testable import Reporting

/// What the page says is what the terminal prints.
@Suite struct PageSentencesTests {
    /// A text with the breaks between its lines taken out.
    private func joined(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func record(_ change: (inout RunRecord) -> Void = { _ in }) -> RunRecord {
        var record = ReportPageTests.record()
        record.devices[0].buffersWanted = 4
        record.devices[0].buffersMin = 2
        record.devices[0].buffersGot = 1
        record.devices[0].satisfied = false
        record.areas[0].start.pinned = 2
        record.areas[0].start.movable = 3
        change(&record)
        return record
    }

    @Test func `every sentence and caveat of a run stands in the terminal's report`() {
        let record = record { record in
            record.sandbox = SandboxRecord(process: true, landlock: true, seccomp: false)
            record.failures = [
                OperationFailure(
                    instance: "camera", operation: "run", nanoseconds: 5, code: -12, errno: "ENOMEM")
            ]
            record.protocolViolations = [
                ProtocolViolation(
                    rule: "double-release", instance: "camera", function: "cma_release", call: 1,
                    nanoseconds: 0, text: "page")
            ]
            record.protocolViolationCount = 3
            record.areas[0].reserve = ReserveRecord(pages: 3, preparationNanoseconds: 1500)
            var contents = ContentsRecord(moved: 4)
            contents.damaged = 2
            record.contents = contents
        }
        let page = PageSentences(record)
        let text = joined(RunText(record, style: TextStyle(isColored: false)).render())
        for sentence in page.verdicts { #expect(text.contains(sentence.text), "\(sentence.text)") }
        #expect(page.verdicts.map(\.tone) == [.bad])
        #expect(page.notes.map(\.label) == ["sandbox", "contents", "reserve", "broken", "broken", "failed"])
        for note in page.notes + page.setting {
            #expect(text.contains("\(note.label) \(note.text)"), "\(note)")
        }
    }

    @Test func `a run is named by scene, pins, fill, strategy and seed`() {
        var record = record { $0.strategy = "fail-fast" }
        record.scene = SceneRecord(name: "quick", summary: "", startNanoseconds: 0)
        let page = PageSentences(record)
        #expect(
            page.title == "quick, 2 pages pinned, 37.5 % movable, strategy fail-fast, seed 1")
        #expect(
            page.browserTitle
                == page.title + ": camera is not satisfied: 1 of 4 buffers, needs at least 2.")
    }

    @Test func `every verdict and caveat of a comparison stands in the terminal's report`() {
        var comparison = SampleComparison.comparison
        comparison.incomplete = IncompleteRuns(runs: 8, planned: 9)
        let page = PageSentences(comparison)
        let text = joined(
            ComparisonText(comparison, style: TextStyle(isColored: false), columns: 200).render())
        #expect(page.verdicts.count == 1 + comparison.verdicts.count)
        for sentence in page.verdicts {
            let said = sentence.text.replacing(#/^(quiet|writeback), /#, with: "")
            #expect(text.contains(joined(said)), "\(said)")
        }
        #expect(page.notes.contains { $0.label == "failed" && $0.text.contains("mine.so, seed 3: ") })
    }

    @Test func `the machines of a comparison tell its pins and its fill`() {
        var comparison = SampleComparison.comparison
        comparison.machines = ["quiet", "writeback"].map { name in
            ComparedMachine(
                caseName: name,
                machine: MachineSummary(
                    memoryPages: 65536, areas: [.init(name: "cma", pages: 8192)], fill: 0.93, pins: 300,
                    background: name == "quiet" ? nil : "2 writers", kernel: "linux-6.1"))
        }
        let page = PageSentences(comparison)
        #expect(page.subject.contains("300 pages pinned, 93.0 % movable"))
        #expect(
            page.setting.last?.text
                == "256 MiB, area cma of 32 MiB, 300 pages pinned, 93.0 % movable, 2 writers, kernel linux-6.1"
        )
    }

    @Test func `every answer about a size stands in the terminal's report`() throws {
        var point = SizePoint(pages: 2048)
        point.successes = 19
        point.runs = 20
        let obstacle = try JSONText.decode(
            SizeObstacleCount.self,
            from: Array(#"{"device":"isp","set":"raw","cause":"space","runs":4}"#.utf8))
        let goal = try #require(SuccessGoal(share: 0.95, seeds: 20))
        let result = SizeResult(
            name: "camera", goal: goal, firstSeed: 1, strategy: nil,
            areas: [
                SizedArea(
                    name: "cma", pages: 2048, fewestBuffersPages: 2048, allBuffersPages: nil,
                    limitPages: 4096, givenPages: 1024, basePFN: nil, curve: [point],
                    limits: SizeLimits(
                        heldPages: 1000, emptyPages: 1536, unpinnedPages: 1536,
                        obstacles: (1536, [obstacle])),
                    alternatives: [SizeAlternative(name: "normal", pages: 1536)],
                    kernel: KernelSetting(name: "cma", pages: 2048, basePFN: nil, isDefault: true))
            ])
        let page = PageSentences(result)
        let size = try #require(page.sizes?.first)
        #expect(
            size.answers.map(\.text) == [
                "cma must have 8 MiB for the fewest buffers that its devices work with, instead of 4 MiB",
                "cma is too small at every size up to 16 MiB for all buffers that they want",
            ])
        let text = joined(SizeText(result, style: TextStyle(isColored: false)).render())
        let lines =
            size.answers.map(\.text) + size.evidence + size.parts + size.obstacles + size.kernel
            + size.alternatives.map { "\($0.name) \($0.size)" }
        #expect(lines.count > 8)
        for line in lines where !line.isEmpty { #expect(text.contains(joined(line)), "\(line)") }
        #expect(page.verdicts == size.answers)
    }

    @Test func `every sentence about a sweep stands in the terminal's report`() throws {
        let result = try SweepResultTextTests.result([
            SweepResultTextTests.run(0, "normal", seed: 5, stall: 0, outcome: "crashed"),
            SweepResultTextTests.run(0, "fail-fast", seed: 5, stall: 0),
        ])
        let page = PageSentences(result)
        let sweep = try #require(page.sweep)
        let text = joined(
            SweepResultText(result, style: TextStyle(isColored: false), columns: 200).render())
        let lines =
            page.setting.map(\.text) + page.notes.map(\.text) + sweep.effects.map(\.text)
            + sweep.front.map(\.text) + [sweep.choices, sweep.offFront, sweep.roles].compactMap(\.self)
        #expect(lines.count >= 5)
        for line in lines { #expect(text.contains(joined(line)), "\(line)") }
        #expect(
            page.verdicts.map(\.text) == [
                "Success depends most on machine.pins (71.4 % of its variance); the longest call depends most on "
                    + "machine.pins (99.7 % of its variance)."
            ])
    }

    @Test func `why a request failed is told with its windows, runs and obstacles`() {
        var area = ReportPageTests.area
        area.requests.errno = [-16]
        area.requests.offset = [-1]
        area.anatomies[0].blockers = [
            RequestAnatomy.Blocker(page: 1, pages: 2, obstacle: .pinned),
            RequestAnatomy.Blocker(page: 3, pages: 1, obstacle: .held, device: 0),
        ]
        area.anatomies[0].blockingPages = 3
        let said = AnatomySentences.all(of: area, devices: ["camera"])
        #expect(said.map(\.title) == ["request 1: 4 pages for camera, FAILED with -EBUSY"])
        #expect(
            said[0].sentences == [
                "camera asked for 4 pages (16 KiB) at a multiple of 16 KiB after 100 ns; the call failed with "
                    + "-EBUSY 800 ns later.",
                "1 window was tried and refused: 1 by pinned pages.",
                "The longest run of free or movable pages had 1: 3 too few.",
                "The window that came nearest begins at pfn 0x20000 and has 3 pages in its way: 2 pinned at pfn "
                    + "0x20001; 1 held by camera at pfn 0x20003.",
            ])
        #expect(said[0].owners == ["pinned", "held by camera"] && said[0].blockers == [0, 1])
    }

    // MARK: The scripts

    private func scripts() throws -> [(name: String, text: String)] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Reporting/Page/Resources").standardized
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".js") }.map { name in
                (name, try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
            }
    }

    @Test func `no script words a verdict`() throws {
        let words = [
            "wins", "cannot be told apart", "not ranked", "too few", "no winner", "on equal terms",
            "nothing to compare", "no strategy", "Incomplete", "is not satisfied", "must have",
            "depends most", "tried and refused", "for no device", "none is satisfied", "FAILED with",
            "came nearest begins",
            "ended as ", "left out, with", "ENOMEM",
        ]
        for script in try scripts() {
            for word in words { #expect(!script.text.contains(word), "\(script.name): \(word)") }
        }
    }

    @Test func `the page has every script of its folder, and none runs before all are there`() throws {
        let scripts = try scripts()
        #expect(PageScripts.all.map { $0.name + ".js" }.sorted() == scripts.map(\.name))
        for script in scripts {
            let statements = script.text.split(separator: "\n").filter { line in
                !line.hasPrefix(" ") && !line.hasPrefix("//") && !line.hasPrefix("/*")
                    && !line.hasPrefix("}") && !line.hasPrefix("]")
            }
            for line in statements {
                #expect(
                    ["function ", "const ", "let ", "class "].contains(where: line.hasPrefix)
                        && (!line.hasPrefix("const ") || !line.contains("(") || line.contains("= new ")),
                    "\(script.name): \(line)")
            }
        }
    }
}
