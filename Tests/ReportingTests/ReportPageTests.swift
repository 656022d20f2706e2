import Foundation
import Measurement
import Reporting
import Testing
import TextSupport

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
        struct Results: Decodable {
            struct Said: Decodable { var title: String }
            var results: [RunRecord]
            var sentences: [Said]
        }
        let text = try results(in: String(decoding: bytes, as: UTF8.self))
        let embedded = try JSONText.decode(Results.self, from: Array(text.utf8))
        #expect(embedded.results == [first, second])
        #expect(embedded.sentences.count == 2)
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
            .appendingPathComponent("../../Sources/Reporting/Page/Resources").standardized
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
        ("", "r.json: not a JSON object; expected what run, compare or size"),
        ("[1]", "r.json: not a JSON object"),
        ("{}", "r.json: JSON without a 'schema'"),
        ("{\"schema\":\"devemu.run/2\"}", "r.json: its schema is 'devemu.run/2': expected devemu.run/1"),
        ("{\"schema\":\"devemu.run/1\"}", "r.json: not valid as devemu.run/1: seed is missing"),
        (
            "{\"schema\":\"devemu.compare/1\",\"reference\":\"n\",\"rows\":[{}]}",
            "r.json: not valid as devemu.compare/1: rows.0.case is missing"
        ),
        (
            "{\"schema\":\"devemu.size/1\",\"name\":5}",
            "r.json: not valid as devemu.size/1: name is not of type String"
        ),
    ])
    func `a file that is no result is named with what it lacks`(text: String, says: String) throws {
        let complaint = try #require(refusal(of: Array(text.utf8)))
        #expect(complaint.hasPrefix(says), "\(complaint)")
        #expect(!complaint.contains("\n"))
    }

    @Test func `the browser's title is the verdict, and no markup`() throws {
        var record = Self.record(device: "</title><script>alert(1)</script>&")
        record.devices[0].buffersWanted = 4
        record.devices[0].satisfied = false
        let page = try page(record)
        let title = try #require(page.firstMatch(of: /<title>(.*)<\/title>/)?.1)
        #expect(title.hasPrefix("run, 0 pages pinned, 0.0 % movable, each driver's own strategy, seed 1: "))
        #expect(title.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp; is "))
    }

    @Test func `numbers that would overflow are refused`() throws {
        let sizes = """
            {"schema":"devemu.size/1","name":"n","success":1,"seeds":5,"all_buffers":false,"first_seed":1,
            "areas":[{"name":"cma","pages":null,"limit_pages":9223372036854775807,"given_pages":512,"curve":[],
            "limits":{"held_pages":1,"obstacles":[]},"alternatives":[]}]}
            """
        #expect(
            refusal(of: Array(sizes.utf8))
                == "r.json: not valid as devemu.size/1: area cma has a number out of bounds")
        var area = Self.area
        area.anatomies[0].blockingPages = .max
        let record = try JSONText.encode(Self.record(area))
        #expect(
            refusal(of: record)?.contains("out of bounds") == true
                || refusal(of: record)?.contains("impossible number") == true)
    }

    @Test func `text that a browser would read otherwise is refused`() throws {
        let json = try JSONText.encode(Self.record())
        let wide = try #require(
            String(decoding: json, as: UTF8.self).data(using: .utf16))
        #expect(refusal(of: Array(wide))?.contains("not JSON in UTF-8") == true)
        #expect(refusal(of: [0x7b, 0xff, 0x7d])?.contains("not JSON in UTF-8") == true)
    }
}
