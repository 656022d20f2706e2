import Measurement
import PhysicalMemory

/// Writes down what goes on in one area while a run goes on: every call, how the pages change, and why calls
/// fail or take long.
final class AreaHistoryRecorder {
    /// Calls that are kept; those after them are counted.
    static let callLimit = 50_000

    private let area: ContiguousArea
    private let owners: PageOwners
    private let name: String
    private var frames: AreaFrames
    private var requests = RequestColumns()
    private var releases = ReleaseColumns()
    /// When each of them began, ns.
    private var begins: [UInt64] = []
    private var releaseInstants: [UInt64] = []
    /// Calls that have begun and not ended, by device.
    private var open: [(device: Int?, request: OpenRequest)] = []
    private var anatomies = AnatomyCollection()
    /// Whether a release has changed the area since the last frame.
    private var isFrameDue = false

    init(name: String, area: ContiguousArea, owners: PageOwners) {
        self.name = name
        self.area = area
        self.owners = owners
        frames = AreaFrames(start: PageRuns(of: area, owners: owners))
    }

    /// Takes in an event of the area.
    ///
    /// - Parameter bufferName: set and index of a buffer, by its number.
    func note(
        _ event: AllocationEvent, device: Int?, bufferName: (Int) -> (set: String, index: Int)?
    ) {
        catchUp(to: event.nanoseconds)
        switch event.kind {
        case .start:
            if let left = take(device) {
                finish(left, device: device, at: event.nanoseconds, offset: nil, errno: nil)
            }
            open.append((device, OpenRequest(event, number: append(event, device: device))))
        case .busyRetry:
            guard let offset = event.offset, let index = index(of: device) else { return }
            open[index].request.refusals.add(
                window: offset..<offset + event.count, by: area.refusal(in: offset..<offset + event.count))
        case .success:
            noteFrame(at: event.nanoseconds)
            guard let request = take(device) else { return }
            finish(request, device: device, at: event.nanoseconds, offset: event.offset, errno: nil)
            guard let number = request.number, let offset = event.offset else { return }
            anatomies.addSlow(nanoseconds: event.nanoseconds - min(request.began, event.nanoseconds)) {
                anatomy(of: request, number: number, survey: nil, nearest: offset)
            }
        case .failure:
            guard let request = take(device) else { return }
            finish(request, device: device, at: event.nanoseconds, offset: nil, errno: event.errno)
            guard let number = request.number else { return }
            anatomies.addFailure {
                failure(request, number: number, pages: event.count, align: event.align, bufferName)
            }
        case .release:
            // Its frame waits for the next event: one of the same instant would hide what was held until then.
            isFrameDue = isFrameDue || frames.isDue()
            guard releases.count < Self.callLimit, let offset = event.offset else {
                releases.leftOut += 1
                return
            }
            releases.device.append(device ?? -1)
            releaseInstants.append(event.nanoseconds)
            releases.offset.append(offset)
            releases.pages.append(event.count)
        }
    }

    /// Everything until now.
    var history: AreaHistory {
        var frames = frames
        frames.add(PageRuns(of: area, owners: owners), at: area.instant)
        let (requests, anatomies) = requests.inOrder(begins: begins, anatomies: anatomies.all)
        let releases = releases.inOrder(of: releaseInstants)
        let geometry = area.geometry
        return AreaHistory(
            name: name, basePFN: geometry.basePFN, pages: geometry.pages,
            ranges: geometry.ranges.count > 1 ? geometry.ranges.flatMap { [$0.lowerBound, $0.count] } : nil,
            pageblockPages: area.memory.geometry.blockPages, start: frames.start.lengths,
            frames: frames.changes,
            requests: requests, releases: releases, anatomies: anatomies)
    }

    /// Takes a frame of what releases have changed by now, for a moment that is to be seen as it was.
    func catchUp() { catchUp(to: area.instant) }

    private func catchUp(to now: UInt64) {
        guard isFrameDue else { return }
        isFrameDue = false
        frames.add(PageRuns(of: area, owners: owners), at: now)
    }

    /// Takes a frame of pages that have just been allocated, if one is due.
    private func noteFrame(at now: UInt64) {
        if frames.isDue() { frames.add(PageRuns(of: area, owners: owners), at: now) }
    }

    // MARK: Calls

    private func index(of device: Int?) -> Int? { open.firstIndex { $0.device == device } }

    private func take(_ device: Int?) -> OpenRequest? {
        index(of: device).map { open.remove(at: $0).request }
    }

    /// - Returns: the number of the call; nil when it is one too many.
    private func append(_ event: AllocationEvent, device: Int?) -> Int? {
        guard requests.count < Self.callLimit else {
            requests.leftOut += 1
            return nil
        }
        requests.device.append(device ?? -1)
        begins.append(event.nanoseconds)
        requests.durationNanoseconds.append(0)
        requests.pages.append(event.count)
        requests.align.append(event.align)
        requests.offset.append(-1)
        requests.errno.append(AllocationErrno.noMemory.rawValue)
        requests.busy.append(0)
        return requests.count - 1
    }

    private func finish(
        _ request: OpenRequest, device: Int?, at now: UInt64, offset: Int?, errno: AllocationErrno?
    ) {
        guard let number = request.number else { return }
        requests.durationNanoseconds[number] = now - min(request.began, now)
        requests.busy[number] = request.refusals.windows
        guard let offset else {
            if let errno { requests.errno[number] = errno.rawValue }
            return
        }
        requests.offset[number] = offset
        requests.errno[number] = 0
    }

    // MARK: Anatomy

    private func failure(
        _ request: OpenRequest, number: Int, pages: Int, align: Int,
        _ bufferName: (Int) -> (set: String, index: Int)?
    ) -> RequestAnatomy {
        let obstacles = area.obstacleStretches()
        let nearest = NearestWindow(pages: pages, align: align, in: area.geometry, among: obstacles)
        var result = anatomy(
            of: request, number: number, survey: AreaSurvey(of: area), nearest: nearest?.first)
        result.blockingPages = nearest?.blockingPages ?? 0
        for (stretch, obstacle) in nearest?.blockers ?? [] {
            guard obstacle == .held else {
                add(
                    RequestAnatomy.Blocker(
                        page: stretch.lowerBound, pages: stretch.count, obstacle: .init(obstacle)),
                    to: &result)
                continue
            }
            owners.forEachBuffer(in: stretch) { part, owner, buffer in
                var blocker = RequestAnatomy.Blocker(
                    page: part.lowerBound, pages: part.count, obstacle: .held)
                blocker.device = owner == PageOwners.stock ? nil : owner
                if let place = buffer.flatMap(bufferName) {
                    blocker.set = place.set
                    blocker.buffer = place.index
                }
                add(blocker, to: &result)
            }
        }
        return result
    }

    private func add(_ blocker: RequestAnatomy.Blocker, to result: inout RequestAnatomy) {
        if result.blockers.count < RequestAnatomy.blockerLimit { result.blockers.append(blocker) }
    }

    private func anatomy(
        of request: OpenRequest, number: Int, survey: AreaSurvey?, nearest: Int?
    ) -> RequestAnatomy {
        let survey = survey ?? AreaSurvey(of: area)
        return RequestAnatomy(
            request: number, largestFreeRun: survey.largestFreeRun,
            largestUsableRun: survey.left.largestRunPages, refusals: request.refusals.list,
            refusedWindows: request.refusals.windows, nearest: nearest, blockers: [], blockingPages: 0)
    }
}

/// A call between its beginning and its end.
private struct OpenRequest {
    let began: UInt64
    /// Nil for one that is not kept.
    let number: Int?
    var refusals = RefusalList()

    init(_ event: AllocationEvent, number: Int?) {
        began = event.nanoseconds
        self.number = number
    }
}
