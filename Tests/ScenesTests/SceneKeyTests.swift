import Testing

@testable import Scenes

@Suite struct SceneKeyTests {
    /// A scene with every key in it.
    private static let complete =
        Sample.text.replacing("plugin: ./display.so", with: "plugin: ./display.so, area: secure")
        + "\ninstrument: {host_calls: yes, inject: [fail 7th cma_alloc]}\n"

    /// The paths that the reader looked for in a scene, in the form of the table.
    private func keysRead(_ scene: Scene) -> Set<String> {
        let paths = scene.configurationLines().map(\.path) + scene.unsetKeys
        return Set(
            paths.map { path in
                let pattern = SceneKey.pattern(of: path)
                let parts = pattern.split(separator: ".")
                guard let first = parts.first, ["camera", "screen"].contains(first) else {
                    // An element of a list of texts is part of its key.
                    return pattern.hasSuffix("[]") ? String(pattern.dropLast(2)) : pattern
                }
                return "devices[]."
                    + (parts.count > 2 ? String(parts[1]) : parts.dropFirst().joined(separator: "."))
            }.map { $0.hasPrefix("events[].with.") ? "events[].with" : $0 })
    }

    @Test func `the reader reads every key of the table, and no other`() throws {
        let groups: Set<String> = [
            "machine", "machine.areas", "background", "devices", "events", "instrument",
        ]
        let read = try keysRead(Sample.scene(Self.complete))
        #expect(read == Set(SceneKey.all.map(\.path)).subtracting(groups))
    }

    @Test func `each path is there once, after that of its parent`() {
        var seen: Set<String> = []
        for key in SceneKey.all {
            #expect(seen.insert(key.path).inserted, "\(key.path)")
            let parent = key.path.split(separator: ".").dropLast().joined(separator: ".")
            let list = parent.hasSuffix("[]") ? String(parent.dropLast(2)) : parent
            #expect(parent.isEmpty || seen.contains(list), "\(key.path)")
            #expect(key.meaning.hasSuffix(".") && !key.example.isEmpty, "\(key.path)")
        }
    }

    @Test func `defaults are those of a scene that leaves everything out`() throws {
        let lines = try Sample.scene(Sample.short + "instrument: {}\n").configurationLines()
        let found = Dictionary(
            lines.map { (SceneKey.pattern(of: $0.path).replacing("camera.", with: "devices[]."), $0.value) },
            uniquingKeysWith: { first, _ in first })
        for key in SceneKey.all where key.defaultValue != nil && key.kind != .list {
            #expect(found[key.path] == key.defaultValue, "\(key.path)")
        }
    }

    /// A scene in which one key has a value.
    private func scene(_ key: SceneKey, _ value: String) -> String {
        let head = "summary: s\n"
        let devices = "devices: [{name: camera, plugin: camera.so}]\n"
        switch key.path.split(separator: ".").first.map(String.init) {
        case "machine" where key.path.hasPrefix("machine.areas[]"):
            let other = key.name == "size" ? "" : ", size: 64M"
            return head + "machine: {areas: [{name: a, \(key.name): \(value)\(other)}]}\n" + devices
        case "devices[]":
            return head + "devices: [{name: camera, plugin: camera.so, \(key.name): \(value)}]\n"
        case "events[]":
            let time = key.name == "t" ? value : "0s"
            let others = key.name == "every" ? ", every: \(value), times: 1" : ""
            let times = key.name == "times" ? ", every: 1ns, times: \(value)" : ""
            return head + devices + "events: [{t: \(time), device: camera, op: start\(others)\(times)}]\n"
        case let group? where group != key.name: return head + "\(group): {\(key.name): \(value)}\n" + devices
        default: return head + devices + "\(key.name): \(value)\n"
        }
    }

    /// The value next to a bound, outside of it.
    private func beyond(_ bound: String, by step: Int) -> String? {
        let digits = bound.prefix { "-0123456789".contains($0) }
        guard let number = Int(digits) else { return nil }
        return "\(number + step)\(bound.dropFirst(digits.count))"
    }

    @Test func `values at the bounds of a number are taken, those beyond are refused`() throws {
        var tried = 0
        for key in SceneKey.all {
            guard let bounds = key.bounds, key.kind != .text, key.kind != .size else { continue }
            for (bound, step) in [(bounds.lower, -1), (bounds.upper, 1)] {
                guard let bound else { continue }
                #expect(Sample.error(scene(key, bound)) == nil, "\(key.path): \(bound)")
                guard let value = beyond(bound, by: step) else { continue }
                #expect(Sample.error(scene(key, value)) != nil, "\(key.path): \(value)")
                tried += 1
            }
        }
        #expect(tried > 20)
        for (memory, isRefused) in [("4M", false), ("3M", true), ("64G", false), ("65G", true)] {
            let areas = "[{name: a, size: \(memory == "4M" ? "2M" : "64M")}]"
            let text = "machine: {memory: \(memory), areas: \(areas), pins: 0}\n" + Sample.short
            #expect((Sample.error(text)?.path == "machine.memory") == isRefused, "\(memory)")
        }
    }

    @Test func `each word of a choice is taken, and another is refused`() throws {
        for key in SceneKey.all {
            guard case .choice(let words) = key.kind else { continue }
            for word in words { #expect(Sample.error(scene(key, word)) == nil, "\(key.path): \(word)") }
            #expect(Sample.error(scene(key, "neither")) != nil, "\(key.path)")
        }
    }
}
