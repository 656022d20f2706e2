import AllocationStrategies
import Measurement
import PhysicalMemory

/// One contiguous area of the machine: who holds its pages, how it changed, and the strategies at work
/// in it.
final class EmulatedArea {
    let name: String
    let area: ContiguousArea
    let owners: PageOwners
    private let start: PageCounts
    private var strip: [PageCounts]
    private var left: RemainderRecord
    private var series = AreaSeries()
    /// Whether a gathering has ended here: from then on, what comes back is of interest.
    private var hasClosedSet = false
    /// Is called with everything that a kernel would trace, and the device; the device is nil for what a
    /// strategy does for its own stock. Owners have changed by then.
    private(set) var onEvent: ((AllocationEvent, Int?) -> Void)?
    /// What went on here, when somebody wants to know.
    var history: AreaHistoryRecorder?
    /// Pages that strategies took for devices and did not hand over to them, now and at most.
    private var keptPages = 0
    private var mostKept = 0
    /// Emulated time in which strategies took what they hold for no device, ns.
    private var preparationNanoseconds: UInt64 = 0
    /// One instance of each strategy in use, by name.
    private var strategies: [String: any GatheringStrategy] = [:]

    init(name: String, area: ContiguousArea) {
        self.name = name
        self.area = area
        owners = PageOwners(pages: area.geometry.pages, clock: area.memory.timeline)
        let survey = AreaSurvey(of: area)
        strip = survey.strip
        start = survey.total
        left = survey.left
    }

    /// Adds somebody who hears of events, behind those who do already.
    func observe(_ body: @escaping (AllocationEvent, Int?) -> Void) {
        guard let earlier = onEvent else {
            onEvent = body
            return
        }
        onEvent = { event, device in
            earlier(event, device)
            body(event, device)
        }
    }

    /// Offset of a frame in the area; nil for one outside it.
    func offset(of pfn: Int) -> Int? {
        area.geometry.offset(ofPFN: pfn)
    }

    /// The frame at an offset that a strategy named, which need not lie in the area; one outside it has the frame that
    /// it would have in a larger range 0.
    func pfn(atAnyOffset offset: Int) -> Int {
        let geometry = area.geometry
        return (0..<geometry.pages).contains(offset)
            ? geometry.pfn(at: offset) : geometry.basePFN.addingReportingOverflow(offset).partialValue
    }

    /// The area's instance of a strategy; `make` gives it when this is its first use here.
    func strategy(named name: String, make: () -> any GatheringStrategy) -> any GatheringStrategy {
        if let strategy = strategies[name] { return strategy }
        let strategy = make()
        strategies[name] = strategy
        let begin = now
        strategy.prepare(through: stockAccess)
        preparationNanoseconds += now - begin
        return strategy
    }

    /// A strategy took so many pages more for a device than it handed over; fewer than none where it handed over
    /// what it had kept before.
    func noteKept(_ pages: Int) {
        guard pages != 0 else { return }
        keptPages = max(keptPages + pages, 0)
        mostKept = max(mostKept, keptPages)
    }

    /// What strategies held for no device; nil for nothing.
    private var reserve: ReserveRecord? {
        let pages = owners.mostStocked + mostKept
        guard pages > 0 || preparationNanoseconds > 0 else { return nil }
        return ReserveRecord(pages: pages, preparationNanoseconds: preparationNanoseconds)
    }

    /// The area as a strategy reaches it for its own stock.
    private var stockAccess: AreaAccess {
        AreaAccess(
            area: area, device: nil, cpu: { 0 }, onCall: { _ in },
            onTake: { [owners] in owners.give(offset: $0.lowerBound, count: $0.count, to: PageOwners.stock) },
            onGiveBack: { [owners] in owners.takeBack(offset: $0.lowerBound, count: $0.count) },
            onEvent: onEvent.map { report in { report($0, nil) } })
    }

    // MARK: How it looks

    /// Names of the machine's devices, by number.
    var deviceNames: [String] = []

    private var now: UInt64 { area.memory.timeline.now }

    /// A gathering has ended: notes how the area looks now, for the picture in the record.
    func noteClosedSet() {
        hasClosedSet = true
        history?.catchUp()
        let survey = AreaSurvey(of: area)
        strip = survey.strip
        left = survey.left
        if series.wants(at: now, isClosing: true) { add(survey) }
    }

    /// Pages came back.
    func noteRelease() {
        if hasClosedSet, series.wants(at: now, isClosing: false) { add(AreaSurvey(of: area)) }
    }

    /// Something could not be had.
    func noteFailure() {
        if series.wants(at: now, isClosing: false) { add(AreaSurvey(of: area)) }
    }

    private func add(_ survey: AreaSurvey) {
        let (byDevice, stocked) = owners.heldNow
        series.add(
            AreaSample(
                nanoseconds: now, heldPages: survey.total.held, left: survey.left,
                by: shares(byDevice, stocked: stocked)))
    }

    private func shares(_ byDevice: [Int], stocked: Int) -> [PeakRecord.Share] {
        zip(deviceNames, byDevice).filter { $1 > 0 }.map { PeakRecord.Share(device: $0, pages: $1) }
            + (stocked > 0 ? [PeakRecord.Share(device: nil, pages: stocked)] : [])
    }

    /// What has become of the area until now.
    var record: AreaRecord {
        let geometry = area.geometry
        let worst = owners.worstMoment
        return AreaRecord(
            name: name, basePFN: geometry.basePFN, pages: geometry.pages, orderPerBit: geometry.orderPerBit,
            start: start, strip: strip, left: left,
            peak: PeakRecord(
                nanoseconds: worst.instant, heldPages: worst.pages,
                by: shares(worst.byDevice, stocked: worst.stocked)),
            series: series.samples, reserve: reserve)
    }
}
