import Foundation
import TestSupport
import Testing

/// `devemu help scene` and the pages that are made from it.
@Suite struct SceneReferenceTests {
    private func help(_ arguments: String...) throws -> String {
        let outcome = try Devemu.run(["help", "scene"] + arguments)
        #expect(outcome.status == 0)
        #expect(outcome.standardError == "")
        return outcome.text
    }

    @Test func `help of a command is the command's --help`() throws {
        for words in [["run"], ["sweep", "plan"], []] {
            #expect(try Devemu.run(["help"] + words).text == Devemu.run(words + ["--help"]).text)
        }
    }

    @Test func `each key is explained, alone or in its group, in lines for a terminal`() throws {
        let all = try help()
        for key in [
            "machine.areas[].order_per_bit", "devices[].priority", "events[].every", "events[].times",
        ] {
            #expect(all.contains("\n\(key)\n"))
        }
        #expect(all.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let count = try help("count")
        #expect(count.hasPrefix("devices[].count\n    whole number, 1 to "))
        #expect(count.contains("; default 1\n"))
        #expect(try help("machine.areas[0].size") == help("machine.areas[].size"))
        let area = try help("machine.areas")
        #expect(area.contains("machine.areas[].base\n") && !area.contains("machine.fill"))
    }

    @Test func `a key that no scene has is refused with the nearest`() throws {
        let outcome = try Devemu.run("help", "scene", "prority")
        #expect(outcome.status == 64)
        #expect(outcome.standardError == "devemu: a scene has no key 'prority'; did you mean priority?\n")
    }

    /// With DEVEMU_UPDATE_README in the environment the page is written anew instead.
    @Test func `the page of the documentation is what the table of keys says`() throws {
        let path = Devemu.root + "/Sources/devemu/Documentation.docc/SceneReference.md"
        let page = try help("--format", "markdown")
        if ProcessInfo.processInfo.environment["DEVEMU_UPDATE_README"] != nil {
            try page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == page)
    }

    @Test func `the manual page names every key that the page does`() throws {
        let manual = try help("--format", "man")
        #expect(manual.hasPrefix(".TH DEVEMU-SCENE 5 \"\" \"devemu "))
        let page = try help("--format", "markdown")
        let keys = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .compactMap { $0.split(separator: "`").dropFirst().first }
        #expect(keys.count > 40)
        for key in keys {
            #expect(manual.contains(".BR \"\(key.replacingOccurrences(of: "-", with: "\\-"))\" "))
        }
    }

    /// What a schema of an editor would say of a value; empty when nothing is wrong.
    private func mistakes(of value: Any, by schema: [String: Any], at path: String) -> [String] {
        if let entries = value as? [String: Any] {
            guard let properties = schema["properties"] as? [String: [String: Any]] else {
                return schema["type"] as? String == "object" ? [] : ["\(path): no mapping"]
            }
            let missing = (schema["required"] as? [String] ?? []).filter { entries[$0] == nil }
                .map { "\(path): no \($0)" }
            return missing
                + entries.keys.sorted().flatMap { key in
                    properties[key].map { mistakes(of: entries[key] as Any, by: $0, at: "\(path).\(key)") }
                        ?? ["\(path): unknown \(key)"]
                }
        }
        if let elements = value as? [Any] {
            guard let items = schema["items"] as? [String: Any] else { return ["\(path): no list"] }
            return elements.flatMap { mistakes(of: $0, by: items, at: path) }
        }
        guard let text = value as? String else { return ["\(path): no text"] }
        if let choices = (schema["enum"] as? [Any])?.compactMap({ $0 as? String }) {
            return choices.contains(text) ? [] : ["\(path): \(text)"]
        }
        let types = (schema["type"] as? String).map { [$0] } ?? schema["type"] as? [String] ?? []
        guard types.contains("string") else {
            guard let number = Int(text) else { return ["\(path): \(text) is no number"] }
            let isLow = (schema["minimum"] as? Int).map { number < $0 } ?? false
            let isHigh = (schema["maximum"] as? Int).map { number > $0 } ?? false
            return isLow || isHigh ? ["\(path): \(number) is out of range"] : []
        }
        guard let pattern = schema["pattern"] as? String else { return [] }
        return text.range(of: pattern, options: .regularExpression) == nil ? ["\(path): \(text)"] : []
    }

    @Test func `the JSON Schema takes good scenes and finds unknown, missing and wrong values`() throws {
        let text = try help("--format", "json-schema")
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let good: [String: Any] = [
            "summary": "s", "seed": "7",
            "machine": [
                "memory": "2G", "kernel": "linux-6.1", "fill": "92.5%", "pins": "500",
                "areas": [["name": "linux,cma", "size": "300M", "base": "0x20000000", "order_per_bit": "4"]],
            ], "background": ["warm_up": "1.5s", "turnover": "8MiB"],
            "devices": [
                ["name": "camera", "plugin": "camera.so", "params": ["width": "1920"], "priority": "-5"]
            ],
            "events": [["t": "2s", "device": "camera", "op": "still", "every": "500ms", "times": "3"]],
            "instrument": ["host_calls": "yes", "inject": ["fail 7th cma_alloc"]],
        ]
        #expect(mistakes(of: good, by: schema, at: "") == [])
        let bad: [String: Any] = [
            "machine": ["cpus": "257", "memroy": "1G", "fill": "lots", "mutex": "both"],
            "devices": [["name": "camera", "priority": "low"]],
        ]
        #expect(
            mistakes(of: bad, by: schema, at: "") == [
                ": no summary", ".devices: no plugin", ".devices.priority: low is no number",
                ".machine.cpus: 257 is out of range", ".machine.fill: lots", ".machine: unknown memroy",
                ".machine.mutex: both",
            ])
    }

    @Test func `--print-config has the keys without a value as comments`() throws {
        let scratch = try Scratch()
        let scene = "summary: s\ndevices: [{name: camera, plugin: camera.so}]\n"
        try scratch.write(scene, to: "s.yaml")
        let text = try Devemu.run(["run", "s.yaml", "--print-config"], in: scratch.folder).text
        let comments = text.split(separator: "\n").filter { $0.hasPrefix("#") }
            .map { $0.split(separator: " ").dropFirst().first.map(String.init) }
        #expect(
            comments == [
                "seed", "machine.state", "machine.device_tree", "background.processes", "camera.strategy",
                "duration", "events", "instrument.host_calls", "instrument.inject",
            ])
        #expect(text.contains("\n# camera.strategy"))
        #expect(text.contains("not set: duration, 0s to 1000000s\n"))
    }
}
