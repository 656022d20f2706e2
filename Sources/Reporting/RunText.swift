public import Measurement

/// A run for the eye: what was wanted, what was got, what it cost, a picture of the area, a verdict.
public struct RunText {
    let record: RunRecord
    let style: TextStyle

    public init(_ record: RunRecord, style: TextStyle) {
        self.record = record
        self.style = style
    }

    /// The whole report, ending in a newline.
    public func render() -> String {
        if let text = nothingLeft() { return text }
        var lines = header()
        lines += record.devices.count > Self.tableLimit ? list() : tables()
        for area in record.areas {
            lines.append("")
            lines += strip(area)
        }
        lines += processes()
        lines += contents()
        lines += brokenRules()
        lines += hostCalls()
        lines += failures()
        lines += failedRequests()
        lines += calls()
        lines += notes()
        lines.append("")
        lines += earlyEnd() ?? (record.devices.count > Self.tableLimit ? commonVerdict() : verdict())
        return lines.joined(separator: "\n") + "\n"
    }

    private func header() -> [String] {
        let start = record.areas.reduce(into: PageCounts()) { $0.add($1.start) }
        let pages = record.areas.reduce(0) { $0 + $1.pages }
        var areas = record.areas.map { "area of \(place(of: $0))" }
        if areas.count > 1 { areas = ["\(areas.count) areas"] }
        let begin = record.firstPFN.map { " at \(Human.size(pages: $0))" } ?? ""
        let machine = ([Human.size(pages: record.memoryPages) + begin] + areas + ["seed \(record.seed)"])
            .joined(separator: ", ")
        var contents = "\(Human.percent(start.free, of: pages)) free, "
        contents += "\(Human.percent(start.movable, of: pages)) movable, "
        contents += Human.count(start.pinned, "page") + " pinned"
        if start.held > 0 { contents += ", " + Human.count(start.held, "page") + " held" }
        var lines = title()
        lines += ["  machine   \(machine)", "  at start  \(contents)"]
        if let note = record.kernelNote {
            lines.append("  kernel    " + style.paint(Human.printable(note), .yellow))
        }
        if let background = record.background { lines.append("  meanwhile \(background)") }
        if let strategy = record.strategy { lines.append("  strategy  \(strategy), for every device") }
        if record.mode != "as-asked" { lines.append("  mode      \(record.mode), for every call") }
        return lines + sandbox()
    }

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

    /// The area when the last buffer set was closed, one character for each stretch: what most of it
    /// is, and whether a device has a part; below it the pinned pages in it.
    private func strip(_ area: AreaRecord) -> [String] {
        let cells = area.strip
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
            lines = [name, "  memory    \(place(of: area))"] + lines
        }
        if cells.contains(where: { $0.pinned > 0 }) {
            lines.append("  pinned    " + style.paint(pins, .red))
        }
        let buffers = record.devices.contains { $0.buffersWanted > 0 }
        let moment = buffers ? "while the buffers are held" : "at the start"
        lines.append("            a character is \(Human.size(pages: pages)) of the area \(moment):")
        guard area == record.areas.last else { return lines }
        lines.append("            █ mostly held by devices, ▄ partly, ▒ mostly in use, ░ mostly free")
        if record.areas.contains(where: { $0.strip.contains { $0.pinned > 0 } }) {
            lines.append("            digits count the pinned pages in it, + is 10 or more")
        }
        return lines + worstMoment(of: area) + record.areas.compactMap(reserve)
    }

    private func notes() -> [String] {
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

    /// What became of the memory of processes.
    private func processes() -> [String] {
        guard let processes = record.processes else { return [] }
        var text = Human.count(processes.residentPages, "page")
        if processes.hugePages > 0 || processes.splitHugePages > 0 {
            text += ", " + Human.count(processes.hugePages, "huge page")
            text += ", \(Human.grouped(processes.splitHugePages)) split"
        }
        if processes.lockedPages > 0 { text += ", all mlocked" }
        return ["  processes \(text); \(Human.count(processes.movedPages, "page")) of them moved"]
    }

    /// What became of the pages' bytes.
    private func contents() -> [String] {
        guard let contents = record.contents else { return [] }
        let moved = Human.count(contents.moved, "page") + " moved"
        guard contents.damaged == 0 else {
            let text = Human.count(contents.damaged, "page") + " lost what was written to them, \(moved)"
            return ["  contents  " + style.paint(text, .red)]
        }
        return ["  contents  \(Human.count(contents.verified, "page")) hold what was written, \(moved)"]
    }

    private func verdict() -> [String] {
        guard !record.devices.isEmpty else { return ["The plugin announced no device."] }
        return record.devices.map { device in
            let name = Human.printable(device.name)
            guard device.buffersWanted > 0 else { return "\(name) asked for no buffers." }
            guard device.satisfied else {
                let text =
                    "\(name) is not satisfied: \(device.buffersGot) of \(device.buffersWanted) buffers, "
                    + "needs at least \(device.buffersMin)."
                return style.paint(text, .red)
            }
            let time = Human.duration(device.timeToSatisfactionNanoseconds ?? 0)
            if device.buffersGot < device.buffersWanted {
                let text =
                    "\(name) can work: \(device.buffersGot) of \(device.buffersWanted) buffers "
                    + "after \(time) of emulated time."
                return style.paint(text, .yellow)
            }
            let all =
                device.buffersWanted == 1 ? "its buffer" : "all \(device.buffersWanted) buffers"
            return style.paint("\(name) is satisfied: \(all) after \(time) of emulated time.", .green)
        }
    }
}
