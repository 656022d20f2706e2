import Measurement
import Reporting
import Testing
import TextSupport

@Suite struct HistoryCheckTests {
    /// What a page says of the run's history with an area that was changed.
    private func refusal(after change: (inout AreaHistory) -> Void) throws -> String? {
        var area = ReportPageTests.area
        change(&area)
        let record = try JSONText.encode(ReportPageTests.record(area))
        do {
            _ = try ReportPage.render([ReportPage.Input(name: "r.json", bytes: record)])
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a history that holds together is taken`() throws {
        #expect(try refusal { _ in } == nil)
    }

    @Test func `numbers that cannot be drawn are refused with the area's name`() throws {
        let changes: [(String, (inout AreaHistory) -> Void)] = [
            ("pages in pageblocks", { $0.pages = 1 << 40 }),
            ("pages in pageblocks", { $0.pageblockPages = 0 }),
            ("not in pairs", { $0.start.append(1) }),
            ("ranges are not in pairs", { $0.ranges = [$0.basePFN] }),
            ("ranges are not in pairs", { $0.ranges = [$0.basePFN + 1, $0.pages] }),
            ("a range that cannot be", { $0.ranges = [$0.basePFN, $0.pages + 1] }),
            ("ranges is", { $0.ranges = [$0.basePFN, 4, 1 << 53, $0.pages - 4] }),
            ("do not add up to its 8 pages", { $0.ranges = [$0.basePFN, 4, 0, 3] }),
            ("start is -1", { $0.start[0] = -1 }),
            ("a stretch with impossible numbers", { $0.start[0] = 9 }),
            ("a stretch with impossible numbers", { $0.start[1] = 5 }),
            ("more pages than the area", { $0.start[0] = 8 }),
            ("7 of 8 pages", { $0.start[0] = 2 }),
            ("not in threes", { $0.frames[0].changes.append(1) }),
            ("pages outside the area", { $0.frames[0].changes[1] = 9 }),
            ("pages outside the area", { $0.frames[0].changes[0] = 5 }),
            ("pages outside the area", { $0.frames[0].changes[2] = 5 }),
            ("requests' columns", { $0.requests.errno = [] }),
            ("a request with an impossible number", { $0.requests.device = [1] }),
            ("a request with an impossible number", { $0.requests.align = [64] }),
            ("a request with an impossible number", { $0.requests.offset = [-2] }),
            ("requests.pages is -1", { $0.requests.pages = [-1] }),
            ("releases' columns", { $0.releases.pages = [] }),
            ("a release with an impossible offset", { $0.releases.offset = [9] }),
            ("refusals' columns", { $0.anatomies[0].refusals.page = [] }),
            ("an anatomy with an impossible number", { $0.anatomies[0].request = 1 }),
            ("an anatomy with an impossible number", { $0.anatomies[0].refusals.obstacle = [8] }),
            ("an anatomy with an impossible number", { $0.anatomies[0].nearest = 8 }),
        ]
        for (says, change) in changes {
            let complaint = try #require(try refusal(after: change), "\(says)")
            #expect(complaint.contains("the history of area 'reserved': "), "\(complaint)")
            #expect(complaint.contains(says), "\(complaint)")
        }
    }

    @Test func `areas of a history are those of the run`() throws {
        #expect(try refusal { $0.name = "other" }?.contains("not those of the run") == true)
    }
}
