import TextSupport
import Foundation
import Measurement
import Reporting
import Testing

@Suite struct ReportPageTests {
    /// Three pages free, two movable, two pinned and one held; the device gets the first four.
    static let area: AreaHistory = {
        var area = AreaHistory(
            name: "reserved", basePFN: 0x20000, pages: 8, pageblockPages: 4, start: [3, 0, 2, 1, 2, 2, 1, 4],
            frames: [MapFrame(nanoseconds: 900, changes: [0, 4, 4])])
        area.requests.device = [0]
        area.requests.beginStepNanoseconds = [100]
        area.requests.durationNanoseconds = [800]
        area.requests.pages = [4]
        area.requests.align = [2]
        area.requests.offset = [0]
        area.requests.errno = [0]
        area.requests.busy = [0]
        area.releases.device = [0]
        area.releases.stepNanoseconds = [1000]
        area.releases.offset = [0]
        area.releases.pages = [4]
        var refusals = RequestAnatomy.Refusals()
        refusals.first = [4]
        refusals.step = [4]
        refusals.windows = [1]
        refusals.page = [5]
        refusals.obstacle = [4]
        area.anatomies = [
            RequestAnatomy(
                request: 0, largestFreeRun: 1, largestUsableRun: 1, refusals: refusals, refusedWindows: 1,
                nearest: 0, blockers: [], blockingPages: 0)
        ]
        return area
    }()

    static func record(_ area: AreaHistory = area, device: String = "camera") -> RunRecord {
        var record = RunRecord(
            seed: 1, mode: "as-asked", costs: "c", memoryPages: 1024,
            areas: [
                AreaRecord(
                    name: "reserved", basePFN: 0x20000, pages: 8, orderPerBit: 0, start: PageCounts(),
                    strip: [],
                    left: RemainderRecord(orders: 2))
            ], plugins: [], devices: [DeviceRecord(name: device)], log: [], elapsedNanoseconds: 5000)
        record.history = RunHistory(areas: [area])
        return record
    }

    private func page(_ record: RunRecord) throws -> String {
        let bytes = try ReportPage.render([ReportPage.Input(name: "r.json", bytes: JSONText.encode(record))])
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text of the element that holds the results.
    private func results(in page: String) throws -> String {
        let parts = page.components(separatedBy: "<script type=\"application/json\" id=\"results\">")
        try #require(parts.count == 2)
        return try #require(parts[1].components(separatedBy: "</script>").first)
    }

    private func refusal(of bytes: [UInt8]) -> String? {
        do {
            _ = try ReportPage.render([ReportPage.Input(name: "r.json", bytes: bytes)])
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `the results in the page are those of the files, in their order`() throws {
        let (first, second) = (Self.record(), Self.record(device: "a \"quoted\\\" name < with > spaces "))
        let bytes = try ReportPage.render([
            ReportPage.Input(name: "1", bytes: JSONText.encode(first)),
            ReportPage.Input(name: "2", bytes: [0xef, 0xbb, 0xbf] + JSONText.encode(second)),
        ])
        struct Results: Decodable { var results: [RunRecord] }
        let text = try results(in: String(decoding: bytes, as: UTF8.self))
        #expect(try JSONText.decode(Results.self, from: Array(text.utf8)).results == [first, second])
        #expect(!text.contains("<"))
        #expect(!text.contains(" :"))
    }

    @Test func `text in a result can end no element of the page`() throws {
        let plain = try page(Self.record())
        let hostile = try page(Self.record(device: "</script><img src=x onerror=alert(1)><!--@SCRIPT@"))
        for mark in ["</script", "<img", "<!--"] {
            #expect(
                hostile.components(separatedBy: mark).count == plain.components(separatedBy: mark).count,
                "\(mark)")
        }
        #expect(hostile.contains("@SCRIPT@"))
    }

    @Test func `every script and the style of the folder are in the page, and no address`() throws {
        let page = try page(Self.record())
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Reporting/Page").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        try #require(names.count > 10)
        for name in names where !name.hasSuffix(".html") {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(page.contains(text), "\(name)")
        }
        #expect(!page.contains("https:"))
        #expect(page.components(separatedBy: "http:").count == 2, "the name of SVG alone")
    }

    @Test func `the same results make the same page`() throws {
        #expect(try page(Self.record()) == page(Self.record()))
    }

    @Test(arguments: [
        ("", "r.json: no JSON object; run, compare and size of devemu write"),
        ("[1]", "r.json: no JSON object"),
        ("{}", "r.json: JSON without a 'schema'"),
        ("{\"schema\":\"devemu.run/2\"}", "r.json: 'devemu.run/2' is no schema that is shown here"),
        ("{\"schema\":\"devemu.run/1\"}", "r.json: no devemu.run/1: seed is missing"),
        (
            "{\"schema\":\"devemu.compare/1\",\"reference\":\"n\",\"rows\":[{}]}",
            "r.json: no devemu.compare/1: rows.0.case is missing"
        ),
        ("{\"schema\":\"devemu.size/1\",\"name\":5}", "r.json: no devemu.size/1: name is no String"),
    ])
    func `a file that is no result is named with what it lacks`(text: String, says: String) throws {
        let complaint = try #require(refusal(of: Array(text.utf8)))
        #expect(complaint.hasPrefix(says), "\(complaint)")
        #expect(!complaint.contains("\n"))
    }

    @Test func `text that a browser would read otherwise is refused`() throws {
        let json = try JSONText.encode(Self.record())
        let wide = try #require(
            String(decoding: json, as: UTF8.self).data(using: .utf16))
        #expect(refusal(of: Array(wide))?.contains("no JSON in UTF-8") == true)
        #expect(refusal(of: [0x7b, 0xff, 0x7d])?.contains("no JSON in UTF-8") == true)
    }
}
