import Foundation
import TestSupport
import Testing

/// The page of a sweep in a browser: what it shows against what the result says.
@Suite(.enabled(if: Browser.program != nil, Browser.isHere), .serialized)
struct SweepPageTests {
    private let scratch: Scratch
    private let browser: Browser

    init() throws {
        scratch = try Scratch()
        browser = Browser(scratch: scratch)
    }

    /// The result of a real sweep of a small camera, as JSON.
    private func result() throws -> [String: Any] {
        try scratch.write(
            """
            summary: a small camera
            machine: {memory: 64M, areas: [{name: cma, size: 16M}], pins: 20}
            devices: [{name: cam, plugin: camera.so, params: {width: 320, height: 240}}]
            """, to: "scene.yaml")
        try scratch.write(
            """
            summary: pins under a small camera
            scene: scene.yaml
            strategies: [normal, fail-fast, one-block]
            seeds: 2
            vary: {machine.pins: [0, 40], "machine.areas[0].size": [4M, 8M, 16M]}
            """, to: "grid.yaml")
        for arguments in [
            ["sweep", "plan", "grid.yaml", "-o", "plan.jsonl"],
            ["sweep", "run", "plan.jsonl", "--store", "runs.db", "--jobs", "2"],
        ] {
            let outcome = try Devemu.run(arguments, in: scratch.folder)
            try #require(outcome.status <= 1, "\(outcome.standardError)")
        }
        return try Devemu.run("compare", "runs.db", "--format", "json", in: scratch.folder).json()
    }

    private func page(of json: [String: Any]) throws -> [UInt8] {
        let file = try scratch.write(try JSONSerialization.data(withJSONObject: json), to: "sweep.json")
        let outcome = try Devemu.run("report", file, "-o", scratch.path("report.html"))
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return try scratch.bytes(of: "report.html")
    }

    @Test func `heat map, curves, front and effects are drawn, and the cells follow what is chosen`() throws {
        let json = try result()
        let found = try browser.open(
            page(of: json), width: 400,
            script: """
                const heat = () => [...document.querySelectorAll('#sweep rect.heat')].length;
                const choose = async (place, value) => {
                    const select = document.querySelectorAll('#sweep .bar')[0].querySelectorAll('select')[place];
                    select.value = value;
                    select.dispatchEvent(new Event('change'));
                    await settled();
                };
                await choose(0, 'machine.areas[0].size');
                await choose(1, 'strategy');
                const cells = heat();
                const svg = document.querySelector('#sweep rect.heat').closest('svg');
                svg.focus();
                for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) {
                    svg.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
                }
                const said = svg.closest('figure').querySelector('.readout').textContent;
                await choose(2, 'pages_migrated');
                await choose(1, 'machine.pins');
                return {
                    cells, said, others: heat(), wide: document.documentElement.scrollWidth,
                    choice: [...document.querySelectorAll('p.choice')].map((text) => text.textContent),
                    parts: [...document.querySelectorAll('#sweep h3')].map((title) => title.textContent),
                    ringed: document.querySelectorAll('#sweep circle.ringed').length,
                    hidden: document.getElementById('map').hidden,
                    requests: performance.getEntriesByType('resource').length,
                };
                """)
        #expect(found.console == [])
        #expect(try found.number("cells") == 9)
        #expect(try found.number("others") == 6)
        #expect(try found.text("said").hasPrefix("machine.areas[0].size 8M, strategy one-block: "))
        #expect(
            try found.list("parts") as? [String] == [
                "Which factor matters", "Over two keys", "Against one key", "Success against stall",
            ])
        let choices = try #require((json["front"] as? [String: Any])?["choices"] as? [Any])
        #expect(try found.number("ringed") == choices.count)
        let text = try Devemu.run("compare", "runs.db", "--columns", "200", in: scratch.folder).text
        let choice = try #require(try found.list("choice") as? [String])
        #expect(choice.count == 1 && text.contains(choice[0]), "\(choice)")
        #expect(found.values["hidden"] as? Bool == true)
        #expect(try found.number("requests") == 0)
        #expect(try found.number("wide") <= 400)
    }

    @Test func `keys, values and strategies that look like markup stay text`() throws {
        let markup = "</script><img src=x onerror=\"document.title='broken'\">"
        let text = String(decoding: try JSONSerialization.data(withJSONObject: try result()), as: UTF8.self)
        let quoted = String(
            String(decoding: try JSONEncoder().encode(markup), as: UTF8.self).dropFirst().dropLast())
        let hostile = text.replacingOccurrences(of: "\"machine.pins\"", with: "\"\(quoted)\"")
            .replacingOccurrences(of: "\"one-block\"", with: "\"\(quoted)\"")
            .replacingOccurrences(of: "\"pins under a small camera\"", with: "\"\(quoted)\"")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(hostile.utf8)) as? [String: Any])
        let found = try browser.open(
            page(of: json),
            script: """
                return {
                    title: document.title, images: document.querySelectorAll('img').length,
                    ready: document.documentElement.dataset.ready !== undefined,
                    option: [...document.querySelectorAll('option')].some((one) => one.textContent.startsWith('<' + '/script>')),
                };
                """)
        #expect(try found.text("title").hasPrefix(markup))
        #expect(try found.number("images") == 0)
        #expect(found.values["ready"] as? Bool == true)
        #expect(found.values["option"] as? Bool == true)
        #expect(found.console == [])
    }
}
