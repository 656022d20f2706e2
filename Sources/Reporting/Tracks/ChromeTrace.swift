public import KernelFormats
public import Measurement
import TextSupport

/// A run for Perfetto and chrome://tracing, made of its record and of the events that a kernel would have traced.
///
/// Every device has a track on which its calls of cma_alloc() are slices, with an instant for each window
/// refused and for each call that failed. Every area has one with a span for each allocation, from its call
/// until the release of its last page, and counters. Follows the Trace Event Format: complete events
/// (`X`), asynchronous ones (`b`, `e`) paired by `id`, counters (`C`), instants (`i`), metadata (`M`), times in
/// µs.
public struct ChromeTrace {
    /// Process numbers that group the tracks.
    static let devices = 1
    static let areas = 2

    private var events: [TraceEvent] = []
    /// Names of the tracks, in their order; a track's number is its place, from 1.
    private var deviceTracks: [String]
    private var areaTracks: [String]
    private var calls: [String: OpenCall] = [:]
    private var allocations = AllocationSpans()
    private var end: UInt64

    private struct OpenCall {
        var event: FTrace.Event
        var busyRetries = 0
    }

    /// - Parameters:
    ///   - trace: the run's, in the order of time for each task.
    ///   - record: the same run's; its devices and areas give the tracks their order.
    public init(_ trace: FTrace, of record: RunRecord) {
        deviceTracks = record.devices.map(\.name)
        areaTracks = record.areas.map(\.name)
        end = record.elapsedNanoseconds
        for var event in trace.events {
            // A trace has the pid after the name of a task; here tasks are devices.
            let pid = "-\(event.pid)"
            if event.task.hasSuffix(pid) { event.task.removeLast(pid.count) }
            add(event)
        }
        for name in calls.keys.sorted() { if let call = calls[name] { close(call, at: end, by: nil) } }
        for (area, span) in allocations.open {
            events.append(.end(of: span, area: areaTrack(area), at: max(end, span.began)))
        }
        addSeries(of: record)
    }

    /// One JSON object, an event a line; the same bytes for the same run.
    public func render() throws -> [UInt8] {
        var bytes = Array("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n".utf8)
        // Viewers keep the order of events at the same instant.
        let ordered = names + events.enumerated().sorted { ($0.1.ts, $0.0) < ($1.1.ts, $1.0) }.map(\.1)
        for (index, event) in ordered.enumerated() {
            if index > 0 { bytes += [UInt8(ascii: ","), 10] }
            bytes += try JSONText.line(event).dropLast()
        }
        return bytes + Array("\n]}\n".utf8)
    }

    // MARK: Tracks

    private var names: [TraceEvent] {
        let groups = [(Self.devices, "devices", deviceTracks), (Self.areas, "areas", areaTracks)]
        return groups.flatMap { process, name, tracks in
            [TraceEvent.name("process_name", name, process: process, track: 0)]
                + tracks.enumerated().map { index, track in
                    TraceEvent.name("thread_name", track, process: process, track: index + 1)
                }
        }
    }

    private static func track(_ name: String, in tracks: inout [String]) -> Int {
        if let index = tracks.firstIndex(of: name) { return index + 1 }
        tracks.append(name)
        return tracks.count
    }

    private mutating func areaTrack(_ name: String) -> Int { Self.track(name, in: &areaTracks) }

    // MARK: Events

    private mutating func add(_ event: FTrace.Event) {
        end = max(end, event.nanoseconds)
        switch event.kind {
        case .start:
            // A call without an end asked for more than the area has.
            if let left = calls[event.task] { close(left, at: event.nanoseconds, by: nil) }
            calls[event.task] = OpenCall(event: event)
        case .busyRetry:
            calls[event.task]?.busyRetries += 1
            instant("busy retry", event)
        case .finish, .placed:
            guard let call = calls.removeValue(forKey: event.task) else { return }
            close(call, at: event.nanoseconds, by: event)
            guard event.hasPage, let pfn = event.pfn else { return instant("cma_alloc failed", event) }
            let span = allocations.begin(event, pfn: pfn)
            events.append(.begin(of: span, area: areaTrack(event.area)))
            countHeld(event)
        case .release:
            guard let pfn = event.pfn else { return }
            for span in allocations.release(pfn..<pfn + event.count, of: event.area) {
                events.append(.end(of: span, area: areaTrack(event.area), at: event.nanoseconds))
            }
            countHeld(event)
        }
    }

    private mutating func close(_ call: OpenCall, at end: UInt64, by finish: FTrace.Event?) {
        var slice = TraceEvent(
            "cma_alloc \(Human.count(call.event.count, "page"))", "X", at: call.event.nanoseconds,
            process: Self.devices, track: Self.track(call.event.task, in: &deviceTracks))
        slice.cat = "cma"
        slice.dur = TraceEvent.microseconds(end - min(call.event.nanoseconds, end))
        slice.args = [
            "area": .text(call.event.area), "pages": .number(call.event.count),
            "align": .number(call.event.align), "busy_retries": .number(call.busyRetries),
        ]
        if let finish, finish.hasPage, let pfn = finish.pfn {
            slice.args?["pfn"] = .text("0x" + String(pfn, radix: 16))
        } else {
            slice.args?["failed"] = .text("no window")
            if call.busyRetries > 0 { slice.args?["failed"] = .text("every window busy") }
        }
        events.append(slice)
    }

    private mutating func instant(_ name: String, _ event: FTrace.Event) {
        var instant = TraceEvent(
            name, "i", at: event.nanoseconds, process: Self.devices,
            track: Self.track(event.task, in: &deviceTracks))
        instant.s = "t"
        instant.args = ["pages": .number(event.count)]
        if let pfn = event.pfn { instant.args?["pfn"] = .text("0x" + String(pfn, radix: 16)) }
        events.append(instant)
    }

    private mutating func countHeld(_ event: FTrace.Event) {
        count("held (pages)", allocations.pages(of: event.area), of: event.area, at: event.nanoseconds)
    }

    private mutating func count(_ name: String, _ value: Int, of area: String, at now: UInt64) {
        var counter = TraceEvent(
            "\(area): \(name)", "C", at: now, process: Self.areas, track: areaTrack(area))
        counter.args = ["pages": .number(value)]
        events.append(counter)
    }

    private mutating func addSeries(of record: RunRecord) {
        for area in record.areas {
            for sample in area.series {
                count("free (pages)", sample.freePages, of: area.name, at: sample.nanoseconds)
                count("largest run (pages)", sample.largestRunPages, of: area.name, at: sample.nanoseconds)
            }
        }
    }
}
