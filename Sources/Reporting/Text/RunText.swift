public import Measurement
public import TextSupport

/// A run for a terminal: what devices wanted, what they got, what it cost, a picture of each area, a verdict.
public struct RunText {
    /// Characters of a label with the spaces around it.
    static let labelWidth = 12

    let record: RunRecord
    let style: TextStyle
    let sentences: RunSentences
    let fitting: LineFitting

    /// - Parameter columns: characters of a line, 20 or more.
    public init(_ record: RunRecord, style: TextStyle, columns: Int = 80) {
        self.record = record
        self.style = style
        sentences = RunSentences(record)
        fitting = LineFitting(columns: max(columns, 20))
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        let lines = sentences.nothingLeft.map { [style.paint($0.text, $0.tone)] } ?? self.lines
        let fitted = fitting.fitted(lines) { $0.hasPrefix("  ") ? Self.labelWidth : 2 }
        return fitted.joined(separator: "\n") + "\n"
    }

    private var lines: [String] {
        var lines = header()
        lines += record.devices.count > RunSentences.deviceLimit ? list() : tables()
        for area in record.areas {
            lines.append("")
            lines += strip(area) + noted(sentences.worstMoment(of: area))
        }
        lines += noted(sentences.reserves) + noted(sentences.processes) + noted(sentences.contents)
        lines += block(sentences.brokenRules)
        lines += hostCalls()
        lines += block(sentences.failures)
        lines += failedRequests()
        lines += calls()
        lines += log()
        return lines + [""] + sentences.verdicts.map { style.paint($0.text, $0.tone) }
    }

    private func header() -> [String] {
        title() + noted(sentences.setting) + noted(sentences.sandbox)
    }

    /// Notes in lines, each after its label.
    func noted(_ notes: [Note]) -> [String] {
        notes.map { "  " + Human.padded($0.label, to: 10) + style.paint($0.text, $0.tone) }
    }

    /// The same with an empty line before them, where there are any.
    private func block(_ notes: [Note]) -> [String] { notes.isEmpty ? [] : [""] + noted(notes) }

    func table(_ device: DeviceRecord) -> [String] {
        let got = "\(device.buffersGot) of \(device.buffersWanted)"
        let color: TextStyle.Color =
            device.buffersGot == device.buffersWanted ? .green : device.satisfied ? .yellow : .red
        let time = device.timeToSatisfactionNanoseconds.map(Human.duration) ?? "never"
        let call = device.callNanoseconds
        var chunks = "\(Human.grouped(device.chunks)) in \(Human.count(device.calls, "call"))"
        chunks += ", \(Human.grouped(device.failedCalls)) failed"
        var lines = [
            style.paint(Human.printable(device.name), .bold),
            "  buffers   \(style.paint(got, color)), at least \(device.buffersMin) needed",
            "  ready     \(time)",
            "  chunks    \(chunks)",
            "  a call    median \(Human.duration(call.p50)), p99 \(Human.duration(call.p99)), "
                + "max \(Human.duration(call.max))",
            "  effort    \(Human.count(device.busyRetries, "busy window")) retried, "
                + "\(Human.count(device.pagesMigrated, "page")) migrated",
        ]
        lines += frames(device) + leak(device) + violations(device)
        return lines
    }

    /// The area when the last buffer set was closed, one character for each part of it: what most pages of the
    /// part are, and whether a device has some; below it the pinned pages.
    private func strip(_ area: AreaRecord) -> [String] {
        let cells = merged(area.strip)
        guard let first = cells.first else { return [] }
        let pages = first.free + first.movable + first.pinned + first.held
        var states = ""
        var pins = ""
        for cell in cells {
            // A pinned page is in use like a movable one; the line below tells them apart.
            let others = cell.movable + cell.pinned
            if cell.held > 0 {
                states += style.paint(cell.held >= max(cell.free, others) ? "█" : "▄", .green)
            } else if others >= cell.free {
                states += "▒"
            } else {
                states += style.paint("░", .dim)
            }
            pins += cell.pinned == 0 ? " " : cell.pinned > 9 ? "+" : "\(cell.pinned)"
        }
        var lines = ["  area      " + states]
        if record.areas.count > 1 {
            let name = style.paint(Human.printable(area.name), .bold)
            lines = [name, "  memory    \(RunSentences.place(of: area))"] + lines
        }
        if cells.contains(where: { $0.pinned > 0 }) {
            lines.append("  pinned    " + style.paint(pins, .red))
        }
        let buffers = record.devices.contains { $0.buffersWanted > 0 }
        let moment = buffers ? "while the buffers are held" : "at the start"
        lines.append(
            "            a character is \(Human.size(pages: pages)) of the area \(moment)"
                + (area == record.areas.last ? ":" : ""))
        if area == record.areas.last {
            lines.append("            █ mostly held by devices, ▄ partly, ▒ mostly in use, ░ mostly free")
            if record.areas.contains(where: { $0.strip.contains { $0.pinned > 0 } }) {
                lines.append("            digits count the pinned pages in it, + is 10 or more")
            }
        }
        return lines
    }

    /// As many neighbours as it takes added up, so that the cells fit in a line.
    private func merged(_ cells: [PageCounts]) -> [PageCounts] {
        let room = fitting.columns - Self.labelWidth
        let group = max((cells.count + room - 1) / max(room, 1), 1)
        guard group > 1 else { return cells }
        return stride(from: 0, to: cells.count, by: group).map { first in
            cells[first..<min(first + group, cells.count)].reduce(into: PageCounts()) { $0.add($1) }
        }
    }

    private func log() -> [String] {
        guard !record.log.isEmpty else { return [] }
        return [""]
            + record.log.map { line in
                let color: TextStyle.Color = line.level <= 3 ? .red : line.level == 4 ? .yellow : .dim
                let time = String(Human.duration(line.nanoseconds))
                return "  [" + String(repeating: " ", count: max(8 - time.count, 0)) + time + "] "
                    + style.paint(
                        Human.printable(line.instance.map { "\($0): \(line.text)" } ?? line.text), color)
            }
    }
}
