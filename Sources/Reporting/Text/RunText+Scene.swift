import Measurement
import TextSupport

/// What a report says when several instances are at work: the scene, and many devices.
extension RunText {
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
            return fitting.list(plugins, label: "").map { style.paint($0, .bold) }
        }
        var lines = [style.paint(Human.printable("\(scene.name): \(scene.summary)"), .bold)]
        lines += fitting.list(plugins, label: "  plugins   ")
        if scene.startNanoseconds > 0 {
            lines.append("  begins    at \(Human.duration(scene.startNanoseconds)) of the clock")
        }
        return lines
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

    /// A line for each device.
    func list() -> [String] {
        let widest = record.devices.reduce(6) { max($0, Human.printable($1.name).count) }
        let width = min(widest, max(fitting.columns - 51, 6))
        let heading =
            Human.padded("device", to: width) + "  buffers      ready    calls  failed  longest call"
        return ["", style.paint(heading, .bold)]
            + record.devices.map { device in
                let got = "\(device.buffersGot) of \(device.buffersWanted)"
                let color: TextStyle.Color =
                    device.buffersGot == device.buffersWanted ? .green : device.satisfied ? .yellow : .red
                let ready = device.timeToSatisfactionNanoseconds.map(Human.duration) ?? "never"
                let name = LineFitting.shortened(Human.printable(device.name), to: width)
                return Human.padded(name, to: width) + "  "
                    + style.paint(Human.padded(got, to: 9), color) + leading(ready, 9)
                    + leading(Human.grouped(device.calls), 9)
                    + leading(Human.grouped(device.failedCalls), 8)
                    + leading(Human.duration(device.callNanoseconds.max), 14)
            }
    }

    private func leading(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
