import Foundation
import TestSupport
import Testing

/// The page of `devemu report` in a browser: what it shows against what the result says.
@Suite(.enabled(if: Browser.program != nil, Browser.isHere), .serialized)
struct ReportPageTests {
    private static let camera = try? Devemu.run("run", "camera.so", "--history", "--format", "json")
    private static let tiny = try? Devemu.run(
        "run", "camera.so", "--area", "16M", "--history", "--format", "json")

    private let scratch: Scratch
    private let browser: Browser

    init() throws {
        scratch = try Scratch()
        browser = Browser(scratch: scratch)
    }

    private func page(of results: Data...) throws -> [UInt8] {
        let files = try results.enumerated().map { try scratch.write($1, to: "result\($0).json") }
        let outcome = try Devemu.run(["report"] + files + ["-o", scratch.path("report.html")])
        try #require(outcome.status == 0, "\(outcome.standardError)")
        return try scratch.bytes(of: "report.html")
    }

    /// Pages of the first area by what they are, after the first `frame` changes.
    private func states(_ json: [String: Any], frame: Int) throws -> [Int] {
        let history = try #require(json["history"] as? [String: Any])
        let area = try #require((history["areas"] as? [[String: Any]])?.first)
        let start = try #require(area["start"] as? [Int])
        var pages = stride(from: 0, to: start.count, by: 2).flatMap {
            [Int](repeating: start[$0 + 1], count: start[$0])
        }
        for change in try #require(area["frames"] as? [[String: Any]]).prefix(frame) {
            let changes = try #require(change["changes"] as? [Int])
            for index in stride(from: 0, to: changes.count, by: 3) {
                for page in changes[index]..<changes[index] + changes[index + 1] {
                    pages[page] = changes[index + 2]
                }
            }
        }
        return pages
    }

    @Test func `a page draws every part without a complaint and without asking for anything`() throws {
        let result = try #require(Self.tiny)
        let found = try browser.open(
            page(of: result.standardOutput),
            script: """
                return {
                    ready: document.documentElement.dataset.ready !== undefined,
                    empty: [...document.querySelectorAll('section:not([hidden])')].filter((part) => part.childElementCount < 2).map((part) => part.id),
                    pictures: document.querySelectorAll('section svg[role=img]').length,
                    requests: performance.getEntriesByType('resource').map((entry) => entry.name),
                    verdict: document.querySelector('.sentence').textContent,
                };
                """)
        #expect(found.console == [])
        #expect(found.values["ready"] as? Bool == true)
        #expect(try found.list("empty").isEmpty)
        #expect(try found.list("requests").isEmpty)
        #expect(try found.number("pictures") >= 8)
        #expect(try found.text("verdict").contains("camera is not satisfied"))
    }

    @Test func `the slider goes through time, and the counts of each owner are those of the history`() throws
    {
        let result = try #require(Self.camera)
        let json = try result.json()
        let found = try browser.open(
            page(of: result.standardOutput),
            script: """
                const slider = document.querySelector('#map input[type=range]');
                const frames = [];
                for (const frame of [0, Math.floor(slider.max / 3), Number(slider.max)]) {
                    slider.value = frame;
                    slider.dispatchEvent(new Event('input'));
                    await settled();
                    frames.push({
                        frame, picture: document.querySelector('#map canvas').toDataURL(),
                        owners: [...document.querySelectorAll('#counts tr[data-owner]')].map((row) =>
                            [Number(row.dataset.owner), Number(row.dataset.pages)]),
                    });
                }
                return { frames };
                """)
        let frames = try #require(try found.list("frames") as? [[String: Any]])
        #expect(Set(frames.compactMap { $0["picture"] as? String }).count == 3)
        for shown in frames {
            let pages = try states(json, frame: try #require(shown["frame"] as? Int))
            let owners = try #require(shown["owners"] as? [[Int]])
            #expect(owners.map { $0[1] }.reduce(0, +) == pages.count)
            for owner in owners { #expect(owner[1] == pages.count { $0 == owner[0] }, "owner \(owner[0])") }
        }
    }

    @Test func `a click and Enter on a cell show what became of its page`() throws {
        let result = try #require(Self.camera)
        let json = try result.json()
        let found = try browser.open(
            page(of: result.standardOutput),
            script: """
                const canvas = document.querySelector('#map canvas');
                const shown = () => ({
                    title: document.querySelector('#page-history h3').textContent,
                    states: document.querySelector('#page-history table').tBodies[0].rows.length,
                    holder: /of camera, 16\\spages/.test(document.querySelector('#page-history').textContent),
                });
                const box = canvas.getBoundingClientRect();
                canvas.dispatchEvent(new MouseEvent('click', { clientX: box.left + 200, clientY: box.top + 9, bubbles: true }));
                const clicked = shown();
                for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) {
                    canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
                }
                return { clicked, entered: shown() };
                """)
        let frames =
            ((json["history"] as? [String: Any])?["areas"] as? [[String: Any]])?.first?["frames"] as? [Any]
        let count = try #require(frames?.count)
        let areas = try #require(json["areas"] as? [[String: Any]])
        let base = try #require(areas.first?["base_pfn"] as? Int)
        var titles: [String] = []
        for key in ["clicked", "entered"] {
            let shown = try #require(found.values[key] as? [String: Any])
            let title = try #require(shown["title"] as? String)
            titles.append(title)
            let digits = try #require(title.firstMatch(of: /0x([0-9a-f]+)/)?.1)
            let page = try #require(Int(digits, radix: 16)) - base
            var history: [Int] = []
            for frame in 0...count {
                let state = try states(json, frame: frame)[page]
                if history.last != state { history.append(state) }
            }
            #expect(shown["states"] as? Int == history.count, "\(title)")
            #expect(shown["holder"] as? Bool == history.contains(4), "\(title)")
        }
        #expect(Set(titles).count == 2)
    }

    @Test func `each failed request has its anatomy in words, numbers and pictures`() throws {
        let result = try #require(Self.tiny)
        let history = try #require(try result.json()["history"] as? [String: Any])
        let area = try #require((history["areas"] as? [[String: Any]])?.first)
        let requests = try #require(area["requests"] as? [String: Any])
        let errnos = try #require(requests["errno"] as? [Int])
        let anatomies = try #require(area["anatomies"] as? [[String: Any]])
        let first = try #require(
            anatomies.filter { ($0["request"] as? Int).map { errnos[$0] != 0 } ?? false }
                .min { ($0["request"] as? Int ?? 0) < ($1["request"] as? Int ?? 0) })
        let found = try browser.open(
            page(of: result.standardOutput),
            script: """
                const all = [...document.querySelectorAll('details.anatomy')];
                return {
                    failed: all.filter((one) => one.querySelector('summary').textContent.includes('FAILED')).length,
                    words: all[0].textContent.replace(/[\\u00a0\\u202f]/g, ' '),
                    pictures: all[0].querySelectorAll('svg[role=img]').length,
                };
                """)
        #expect(try found.number("failed") == errnos.count { $0 != 0 })
        #expect(try found.number("pictures") == 3)
        let words = try found.text("words")
        #expect(
            words.contains("\(try #require(first["refused_windows"] as? Int)) windows were tried and refused")
        )
        #expect(
            words.contains("in its way: \(try #require(first["blocking_pages"] as? Int)) pinned at pfn 0x"))
    }

    @Test func `names that look like markup stay text`() throws {
        let name = "</script><img src=x onerror=\"document.title='broken'\">"
        var json = try #require(Self.camera).json()
        var devices = try #require(json["devices"] as? [[String: Any]])
        devices[0]["name"] = name
        json["devices"] = devices
        json["log"] = [["t_ns": 0, "level": 6, "text": name]]
        let found = try browser.open(
            page(of: try JSONSerialization.data(withJSONObject: json)),
            script: """
                return {
                    title: document.title, images: document.querySelectorAll('img').length,
                    row: document.querySelector('#counts tr[data-owner="4"]').textContent,
                };
                """)
        #expect(try found.text("title").contains(name + " is satisfied"))
        #expect(try found.number("images") == 0)
        #expect(try found.text("row").contains(name))
        #expect(found.console == [])
    }

    @Test func `a page has the title and sentences of its results, and no empty part`() throws {
        let size = try Devemu.run(
            "size", "camera.so", "--seeds", "5", "--alternatives", "none", "--format", "json")
        let found = try browser.open(
            page(of: size.standardOutput), width: 390,
            script: """
                const shown = [...document.querySelectorAll('section:not([hidden])')];
                return {
                    title: document.title, parts: shown.map((part) => part.id),
                    links: [...document.querySelectorAll('nav a')].map((link) => link.hash.slice(1)),
                    said: document.querySelector('#verdict .sentence').textContent,
                    wide: document.documentElement.scrollWidth,
                    hints: [...document.querySelectorAll('.table')].filter((one) => {
                        const scrolled = one.querySelector('.scrolled');
                        const hint = one.querySelector('.hint');
                        return scrolled.scrollWidth > scrolled.clientWidth + 1 ? hint.hidden : !hint.hidden;
                    }).length,
                    overflowing: document.querySelectorAll('.overflowing').length,
                };
                """)
        #expect(found.console == [])
        let text = try Devemu.run(
            "size", "camera.so", "--seeds", "5", "--alternatives", "none", "--columns", "120"
        ).text
        let said = try found.text("said")
        #expect(text.contains(said), "\(said)")
        #expect(
            try found.text("title").hasPrefix("camera, 300 pages pinned, 93.0 % movable, each driver's own"))
        #expect(try found.list("parts") as? [String] == ["verdict", "success", "reproduce"])
        #expect(try found.list("links") as? [String] == ["verdict", "success", "reproduce"])
        #expect(try found.number("wide") <= 390)
        #expect(try found.number("hints") == 0, "a table scrolls and does not say so, or the reverse")
        #expect(try found.number("overflowing") > 0)
    }

    @Test func `a comparison is sorted, and strategies with the same figures share a row`() throws {
        let compared = try Devemu.run(
            "compare", "camera.so", "--area", "16M", "--strategies",
            "cached,normal+cache,one-block,fail-fast",
            "--repeat", "2", "--format", "json")
        let found = try browser.open(
            page(of: compared.standardOutput),
            script: """
                const table = document.querySelector('#verdict table');
                const picture = document.querySelector('#success svg');
                return {
                    rows: [...table.tBodies[0].rows].map((row) => row.cells[0].textContent),
                    names: [...picture.querySelectorAll('text[text-anchor=end] > title')].map((one) => one.textContent),
                    heads: [...picture.querySelectorAll('text.quiet')].map((one) => one.textContent),
                };
                """)
        let rows = try #require(try found.list("rows") as? [String])
        #expect(rows.count == 3 && rows.contains("cached and normal+cache"), "\(rows)")
        let names = try #require(try found.list("names") as? [String])
        #expect(names.count == 3 && names.contains("cached, normal+cache"), "\(names)")
        let heads = try #require(try found.list("heads") as? [String])
        #expect(heads.contains("ready") && heads.contains("longest call"))
    }

    @Test func `nothing is wider than a window of 400 pixels`() throws {
        let size = try Devemu.run(
            "size", "camera.so", "--seeds", "5", "--alternatives", "none", "--format", "json")
        let compared = try Devemu.run(
            "compare", "camera.so", "--strategies", "normal,fail-fast-then-normal", "--repeat", "2",
            "--history",
            "--format", "json")
        let run = try #require(Self.tiny)
        let found = try browser.open(
            page(of: run.standardOutput, compared.standardOutput, size.standardOutput), width: 400,
            script: "return { inner: innerWidth, wide: document.documentElement.scrollWidth };")
        #expect(try found.number("inner") == 400)
        #expect(try found.number("wide") <= 400)
        #expect(found.console == [])
    }

    /// Results as an interrupted command writes them, of whole ones.
    @Test func `a result whose command was interrupted is shown as incomplete`() throws {
        var compared = try Devemu.run(
            "compare", "camera.so", "--strategies", "normal", "--repeat", "1", "--format", "json"
        ).json()
        compared["incomplete"] = ["runs": 1, "planned": 9]
        var size = try Devemu.run(
            "size", "camera.so", "--seeds", "2", "--alternatives", "none", "--format", "json"
        ).json()
        size["incomplete"] = ["runs": 7, "missing": ["reserved: the size"]]
        var area = try #require((size["areas"] as? [[String: Any]])?.first)
        area["pages"] = NSNull()
        area["kernel"] = nil
        area["bounds"] = ["too_small_pages": 2048, "enough_pages": 4096]
        size["areas"] = [area]
        let found = try browser.open(
            page(
                of: JSONSerialization.data(withJSONObject: compared),
                JSONSerialization.data(withJSONObject: size)),
            script: """
                const text = (part) => part.textContent.replace(/\\s/g, ' ');
                return {
                    text: text(document.getElementById('verdict')),
                    all: [...document.querySelectorAll('section')].map(text).join(' '),
                };
                """)
        let text = try found.text("text")
        #expect(
            text.contains("Incomplete: interrupted with 1 of 9 runs, the same seeds for every strategy."),
            "\(text)")
        #expect(text.contains("Incomplete: interrupted after 7 runs, before these searches ended:"))
        #expect(text.contains("open: reserved: the size"))
        #expect(text.contains("must have more than 8 MiB and at most 16 MiB"), "\(text)")
        #expect(!(try found.text("all").contains("too small at every size")))
        #expect(found.console == [])
    }

    @Test func `the runs of a comparison can be chosen, and each has its own map`() throws {
        let compared = try Devemu.run(
            "compare", "camera.so", "--area", "16M", "--strategies", "normal,one-block", "--repeat", "1",
            "--history",
            "--format", "json")
        let found = try browser.open(
            page(of: compared.standardOutput),
            script: """
                const choice = document.getElementById('choice-run');
                const pictures = [];
                for (const option of choice.options) {
                    choice.value = option.value;
                    choice.dispatchEvent(new Event('change'));
                    await settled();
                    pictures.push(document.querySelector('#map canvas').toDataURL());
                }
                return { names: [...choice.options].map((option) => option.textContent), pictures };
                """)
        let names = try #require(try found.list("names") as? [String])
        #expect(names.count == 2)
        #expect(names.contains { $0.contains("one-block") })
        #expect(Set(try #require(try found.list("pictures") as? [String])).count == 2)
    }

    @Test func `the load of 4800 chunks makes less than 240 kB of page for each strategy`() throws {
        let strategies = ["normal", "fail-fast", "range-tracking"]
        let compared = try Devemu.run(
            "compare", Devemu.root + "/Workloads/chunk4800-pins100.yaml", "--strategies",
            strategies.joined(separator: ","), "--repeat", "1", "--history", "--format", "json")
        let page = try page(of: compared.standardOutput)
        #expect(page.count < 120_000 + 240_000 * strategies.count)
    }
}
