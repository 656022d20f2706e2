import TextSupport
import Measurement

/// What a report says when several instances are at work: the scene, many devices, failed operations.
extension RunText {
    /// Above this number devices are listed, a line for each, instead of shown one by one.
    static let tableLimit = 8
    /// Failed operations and late instances that are listed.
    private static let listLimit = 20

    /// What was run: the scene, or the plugin alone.
    func title() -> [String] {
        if let trace = record.trace { return title(of: trace) }
        var names: [(text: String, count: Int)] = []
        for plugin in record.plugins {
            let text = Human.printable("\(plugin.id) \(plugin.version)")
            if let index = names.firstIndex(where: { $0.text == text }) {
                names[index].count += 1
            } else {
                names.append((text, 1))
            }
        }
        let plugins = names.map { $0.count == 1 ? $0.text : "\($0.count) x \($0.text)" }
        guard let scene = record.scene else {
            return wrapped(plugins, indent: "").map { style.paint($0, .bold) }
        }
        var lines = [style.paint(Human.printable("\(scene.name): \(scene.summary)"), .bold)]
        lines += wrapped(plugins, indent: "  plugins   ")
        if scene.startNanoseconds > 0 {
            lines.append("  begins    at \(Human.duration(scene.startNanoseconds)) of the clock")
        }
        return lines
    }

    /// Texts with commas between them in lines of at most 80 characters; those after the first begin
    /// with spaces.
    func wrapped(_ texts: [String], indent: String) -> [String] {
        var lines: [String] = []
        var line = indent
        for (index, text) in texts.enumerated() {
            let part = text + (index == texts.count - 1 ? "" : ",")
            if line.count > indent.count, line.count + 1 + part.count > 80 {
                lines.append(line)
                line = String(repeating: " ", count: indent.count)
            }
            line += (line.count > indent.count ? " " : "") + part
        }
        return lines + [line]
    }

    /// Size and address of an area.
    func place(of area: AreaRecord) -> String {
        "\(Human.size(pages: area.pages)) at \(Human.size(pages: area.basePFN))"
    }

    /// Every device with all its figures; among several instances only those that asked for something.
    func tables() -> [String] {
        let isAlone = record.scene == nil && record.plugins.count < 2 && record.trace == nil
        return record.devices.filter { isAlone || $0.buffersWanted > 0 || $0.calls > 0 }.flatMap { device in
            var lines = table(device)
            var choices: [String] = []
            if record.areas.count > 1 { choices.append("  area      \(Human.printable(device.area))") }
            if let strategy = device.strategy { choices.append("  strategy  \(Human.printable(strategy))") }
            lines.insert(contentsOf: choices, at: 1)
            return [""] + lines
        }
    }

    /// What strategies held of an area for no device; nil for nothing.
    func reserve(_ area: AreaRecord) -> String? {
        guard let reserve = area.reserve else { return nil }
        let place = record.areas.count > 1 ? " of \(Human.printable(area.name))" : ""
        let time = reserve.preparationNanoseconds
        return "  reserve   \(Human.count(reserve.pages, "page"))\(place) held for no device"
            + (time > 0 ? ", taken in \(Human.duration(time)) before a device asked" : "")
    }

    /// A line for each device.
    func list() -> [String] {
        let width = record.devices.reduce(6) { max($0, $1.name.count) }
        let heading =
            Human.padded("device", to: width) + "  buffers      ready    calls  failed  longest call"
        return ["", style.paint(heading, .bold)]
            + record.devices.map { device in
                let got = "\(device.buffersGot) of \(device.buffersWanted)"
                let color: TextStyle.Color =
                    device.buffersGot == device.buffersWanted ? .green : device.satisfied ? .yellow : .red
                let ready = device.timeToSatisfactionNanoseconds.map(Human.duration) ?? "never"
                return Human.padded(Human.printable(device.name), to: width) + "  "
                    + style.paint(Human.padded(got, to: 9), color) + leading(ready, 9)
                    + leading(Human.grouped(device.calls), 9)
                    + leading(Human.grouped(device.failedCalls), 8)
                    + leading(Human.duration(device.callNanoseconds.max), 14)
            }
    }

    private func leading(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    /// Operations that began late, and those that returned an error.
    func failures() -> [String] {
        let late = record.plugins.filter { $0.lateOperations > 0 }
        var lines = late.prefix(Self.listLimit).map { plugin in
            "  late      \(Human.printable(plugin.name)): \(Human.grouped(plugin.lateOperations)) of "
                + Human.count(plugin.operations, "operation")
                + ", at most \(Human.duration(plugin.latestNanoseconds))"
        }
        if late.count > Self.listLimit { lines.append("  late      \(late.count - Self.listLimit) more") }
        lines += record.failures.prefix(Self.listLimit).map { failure in
            let text =
                "\(Human.printable(failure.instance)): \(Human.printable(failure.operation)) at "
                + "\(Human.duration(failure.nanoseconds)) returned \(failure.code)"
                + (failure.errno == "\(failure.code)" ? "" : " (\(failure.errno))")
            return "  failed    " + style.paint(text, .red)
        }
        let all = record.plugins.reduce(0) { $0 + $1.failedOperations }
        let shown = min(record.failures.count, Self.listLimit)
        if all > shown {
            lines.append("  failed    " + style.paint("\(Human.grouped(all - shown)) more", .red))
        }
        return lines.isEmpty ? [] : [""] + lines
    }

    /// How many devices are satisfied, and the names of those that are not.
    func commonVerdict() -> [String] {
        let poor = record.devices.filter { !$0.satisfied }
        guard !poor.isEmpty else {
            return [style.paint("All \(record.devices.count) devices are satisfied.", .green)]
        }
        let names = poor.map { Human.printable($0.name) }
        let start = "\(poor.count) of \(record.devices.count) devices are not satisfied: "
        return wrapped([start + names[0]] + names.dropFirst(), indent: "").map { style.paint($0, .red) }
    }
}
