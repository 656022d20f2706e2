import Measurement

/// Whether a history is consistent: a page that draws it relies on its numbers.
enum HistoryCheck {
    /// The most pages of an area that a page can draw: 256 GiB.
    static let pageLimit = 1 << 26

    /// Page frames below this number have addresses that fit in 64 bits.
    private static let frameLimit = 1 << 52

    /// What is wrong with an area, in a few words; nil when nothing is.
    ///
    /// - Parameter devices: how many devices the run had.
    static func complaint(about area: AreaHistory, devices: Int) -> String? {
        guard (1...pageLimit).contains(area.pages), (1...pageLimit).contains(area.pageblockPages) else {
            return "it has \(area.pages) pages in pageblocks of \(area.pageblockPages)"
        }
        guard (0...frameLimit - area.pages).contains(area.basePFN) else {
            return "it begins at page frame \(area.basePFN)"
        }
        if let complaint = complaint(aboutRanges: area.ranges ?? [area.basePFN, area.pages], of: area) {
            return complaint
        }
        let places = 0...area.pages
        let codes = 0..<(HistoryPage.stocked + 1 + devices)
        var end = 0
        guard area.start.count % 2 == 0 else { return "its start is not in pairs" }
        for index in stride(from: 0, to: area.start.count, by: 2) {
            guard places.contains(area.start[index]), codes.contains(area.start[index + 1]) else {
                return "its start has a stretch with impossible numbers"
            }
            end += area.start[index]
            guard end <= area.pages else { return "its start has more pages than the area" }
        }
        guard end == area.pages else { return "its start has \(end) of \(area.pages) pages" }
        for frame in area.frames {
            guard frame.changes.count % 3 == 0 else { return "the changes of a frame are not in threes" }
            for index in stride(from: 0, to: frame.changes.count, by: 3) {
                let (first, count) = (frame.changes[index], frame.changes[index + 1])
                guard places.contains(first), places.contains(count), first + count <= area.pages,
                    codes.contains(frame.changes[index + 2])
                else { return "a frame changes pages outside the area" }
            }
        }
        return complaint(about: area.requests, devices: devices, places: places)
            ?? complaint(about: area.releases, places: places)
            ?? area.anatomies.lazy.compactMap { complaint(about: $0, in: area) }.first
    }

    private static func complaint(aboutRanges ranges: [Int], of area: AreaHistory) -> String? {
        guard ranges.count % 2 == 0, ranges.first == area.basePFN else {
            return "its ranges are not in pairs that begin with its first page"
        }
        var sum = 0
        for index in stride(from: 0, to: ranges.count, by: 2) {
            guard (1...area.pages).contains(ranges[index + 1]),
                (0...frameLimit - ranges[index + 1]).contains(ranges[index])
            else { return "it has a range that cannot be" }
            sum += ranges[index + 1]
            guard sum <= area.pages else { break }
        }
        return sum == area.pages ? nil : "its ranges do not add up to its \(area.pages) pages"
    }

    private static func complaint(
        about requests: RequestColumns, devices: Int, places: ClosedRange<Int>
    ) -> String? {
        let counts = [
            requests.beginStepNanoseconds.count, requests.durationNanoseconds.count, requests.pages.count,
            requests.align.count, requests.offset.count, requests.errno.count, requests.busy.count,
        ]
        guard counts.allSatisfy({ $0 == requests.count }) else {
            return "its requests' columns differ in length"
        }
        guard requests.device.allSatisfy({ (-1..<devices).contains($0) }),
            requests.align.allSatisfy({ (0...63).contains($0) }),
            requests.offset.allSatisfy({ $0 == -1 || places.contains($0) }),
            requests.pages.allSatisfy((0...RunRecord.largestCount).contains)
        else { return "it has a request with an impossible number" }
        return nil
    }

    private static func complaint(about releases: ReleaseColumns, places: ClosedRange<Int>) -> String? {
        let counts = [releases.stepNanoseconds.count, releases.offset.count, releases.pages.count]
        guard counts.allSatisfy({ $0 == releases.count }) else {
            return "its releases' columns differ in length"
        }
        return releases.offset.allSatisfy(places.contains)
            ? nil : "it has a release with an impossible offset"
    }

    private static func complaint(about anatomy: RequestAnatomy, in area: AreaHistory) -> String? {
        let refusals = anatomy.refusals
        let counts = [
            refusals.step.count, refusals.windows.count, refusals.page.count, refusals.obstacle.count,
        ]
        guard counts.allSatisfy({ $0 == refusals.count }) else {
            return "its refusals' columns differ in length"
        }
        let obstacles = RequestAnatomy.Obstacle.allCases.indices
        guard area.requests.device.indices.contains(anatomy.request),
            refusals.obstacle.allSatisfy(obstacles.contains),
            anatomy.nearest.map((0..<area.pages).contains) ?? true,
            (refusals.windows + anatomy.blockers.map(\.page) + anatomy.blockers.map(\.pages) + [
                anatomy.refusedWindows, anatomy.blockingPages, anatomy.largestFreeRun,
                anatomy.largestUsableRun,
            ]).allSatisfy((0...RunRecord.largestCount).contains)
        else { return "it has an anatomy with an impossible number" }
        return nil
    }
}
