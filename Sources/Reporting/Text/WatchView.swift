public import Measurement
public import TextSupport

/// A run with a history at one instant: its areas, and what each device did until then.
public struct WatchView: Sendable {
    private let record: RunRecord
    private let history: RunHistory
    private let style: TextStyle
    /// Most rows of one area's map.
    static let rowLimit = 32

    /// Nil for a record without a history.
    public init?(_ record: RunRecord, style: TextStyle) {
        guard let history = record.history else { return nil }
        self.record = record
        self.history = history
        self.style = style
    }

    /// The lines of a screen, fewer than `rows` and none wider than `columns`; the same number for every instant.
    ///
    /// - Parameters:
    ///   - pace: how fast the clock goes, in words.
    ///   - rows: of the terminal; small ones show fewer devices, then shorter maps.
    public func screen(at now: UInt64, pace: String = "", columns: Int = 80, rows: Int = 40) -> [String] {
        let columns = max(columns, 20)
        let budget = max(rows - 1, 2)
        let devices = deviceLines(until: now, limit: max(budget / 3, 1))
        let isSpacious = budget >= 2 * history.areas.count + devices.count + 12
        let space = isSpacious ? [""] : []
        let fixed = 2 + devices.count + space.count + history.areas.count * (1 + space.count)
        let room = (budget - fixed) / max(history.areas.count, 1)
        var lines = [
            "\(Self.clock(now)) of \(Human.duration(record.elapsedNanoseconds)) of emulated time"
                + (pace.isEmpty ? "" : ", \(pace)")
        ]
        for area in history.areas {
            let map = AreaMap(of: area, devices: record.devices.map(\.name), at: now)
            lines += space + [style.paint(Human.printable(area.name), .bold) + "  " + state(of: map)]
            let text = MapText(map, style: style, columns: columns)
            lines += text.rows(limit: min(max(room, 1), Self.rowLimit)).map { "  " + $0 }
        }
        lines += space + ["  . free, - movable, x pinned, = held by no device; a device is its letter"]
        lines += devices
        let fitting = LineFitting(columns: columns)
        return lines.prefix(budget).map { fitting.cut($0) }
    }

    /// A line for each device, or for as many as there is room for.
    private func deviceLines(until now: UInt64, limit: Int) -> [String] {
        let count = record.devices.count
        let shown = count <= limit ? count : max(limit - 1, 1)
        return (0..<shown).map { device($0, until: now) }
            + (shown < count && limit > 1 ? ["  and \(Human.count(count - shown, "more device"))"] : [])
    }

    /// The same in one line, for an output that is not a terminal.
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
