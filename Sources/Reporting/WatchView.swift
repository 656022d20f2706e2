public import TextSupport
public import Measurement

/// How a run with a history looked at one instant: its areas, what each device did until then.
public struct WatchView: Sendable {
    private let record: RunRecord
    private let history: RunHistory
    private let style: TextStyle
    /// Most rows of one area's map.
    static let rowLimit = 12

    /// Nil for a record without a history.
    public init?(_ record: RunRecord, style: TextStyle) {
        guard let history = record.history else { return nil }
        self.record = record
        self.history = history
        self.style = style
    }

    /// The lines of a screen; the same number for every instant.
    public func screen(at now: UInt64) -> [String] {
        var lines = ["\(Self.clock(now)) of \(Human.duration(record.elapsedNanoseconds)) of emulated time"]
        for area in history.areas {
            let map = AreaMap(of: area, devices: record.devices.map(\.name), at: now)
            lines.append("")
            lines.append(style.paint(Human.printable(area.name), .bold) + "  " + state(of: map))
            lines += MapText(map, style: style).rows(limit: Self.rowLimit).map { "  " + $0 }
        }
        lines.append("")
        lines.append("  . free, - movable, x pinned, = held by no device; a device is its letter")
        for index in record.devices.indices { lines.append(device(index, until: now)) }
        return lines
    }

    /// The same in one line, for a reader without a screen.
    public func line(at now: UInt64) -> String {
        let devices = record.devices.indices.map { index in
            let done = progress(of: index, until: now)
            return "\(Human.printable(record.devices[index].name)) \(Human.count(done.calls, "call")), "
                + "\(Human.grouped(done.failed)) failed, holds \(Human.size(pages: max(done.held, 0)))"
        }
        return Self.clock(now) + " " + devices.joined(separator: "; ")
    }

    private func state(of map: AreaMap) -> String {
        map.counts.filter { $0.code < HistoryPage.stocked }
            .map { "\(Human.percent($0.pages, of: map.pages)) \($0.name)" }.joined(separator: "; ")
    }

    private func device(_ index: Int, until now: UInt64) -> String {
        let done = progress(of: index, until: now)
        let mark = MapText.mark(of: HistoryPage.held(by: index))
        let name = Human.padded(Human.printable(record.devices[index].name), to: nameWidth)
        var text = "  \(mark) \(style.paint(name, .bold))  \(Human.count(done.calls, "call")), "
        text += "\(Human.grouped(done.failed)) failed, \(Human.count(done.busy, "busy window")), "
        return text + "holds \(Human.size(pages: max(done.held, 0)))"
    }

    private var nameWidth: Int { record.devices.map(\.name.count).max() ?? 0 }

    private struct Progress {
        var calls = 0
        var failed = 0
        var busy = 0
        /// Pages.
        var held = 0
    }

    private func progress(of device: Int, until now: UInt64) -> Progress {
        var done = Progress()
        for area in history.areas {
            let requests = area.requests
            var instant: UInt64 = 0
            for index in requests.device.indices {
                instant += requests.beginStepNanoseconds[index]
                guard instant + requests.durationNanoseconds[index] <= now else { continue }
                guard requests.device[index] == device else { continue }
                done.calls += 1
                done.busy += requests.busy[index]
                if requests.offset[index] < 0 { done.failed += 1 } else { done.held += requests.pages[index] }
            }
            instant = 0
            for index in area.releases.device.indices {
                instant += area.releases.stepNanoseconds[index]
                if instant <= now, area.releases.device[index] == device {
                    done.held -= area.releases.pages[index]
                }
            }
        }
        return done
    }

    private static func clock(_ now: UInt64) -> String {
        let text = Human.duration(now)
        return "[" + String(repeating: " ", count: max(8 - text.count, 0)) + text + "]"
    }
}
