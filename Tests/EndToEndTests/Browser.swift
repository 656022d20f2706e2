import Foundation
import TestSupport
import Testing

/// A page in a headless browser, with a script of the test's own in a copy of it.
struct Browser {
    /// Chromium as Debian has it; tests of pages are left out where it is missing.
    static let program = Fixture.tool(["chromium"])
    static let isHere: Comment = "needs chromium"

    /// What a script found.
    struct Findings {
        var values: [String: Any]
        /// Lines that the page wrote to the console, errors included.
        var console: [Substring]

        func text(_ name: String) throws -> String { try #require(values[name] as? String, "\(name)") }
        func number(_ name: String) throws -> Int { try #require(values[name] as? Int, "\(name)") }
        func list(_ name: String) throws -> [Any] { try #require(values[name] as? [Any], "\(name)") }
    }

    let scratch: Scratch

    /// Opens a page and runs a script in it once it is drawn.
    ///
    /// - Parameters:
    ///   - script: body of a function whose result, an object, becomes the findings; `await settled()` lets
    ///     the page react to what the script did.
    ///   - width: of the window, pixels.
    func open(_ page: [UInt8], width: Int = 1280, script: String) throws -> Findings {
        let html = String(decoding: page, as: UTF8.self)
        let report = """
            <script>
            const settled = () => new Promise((done) => setTimeout(done, 200));
            window.addEventListener('load', async () => {
                await settled();
                const found = await (async () => { \(script) })();
                parent.postMessage(JSON.stringify(found), '*');
            });
            </script></body>
            """
        try scratch.write(html.replacingOccurrences(of: "</body>", with: report), to: "page.html")
        // A window has a least width that a frame in it has not.
        try scratch.write(
            """
            <!DOCTYPE html><body><pre id="findings"></pre><script>
            window.addEventListener('message', (event) => {
                document.getElementById('findings').textContent = btoa(unescape(encodeURIComponent(event.data)));
            });
            </script><iframe src="page.html" style="width: \(width)px; height: 1000px; border: 0"></iframe></body>
            """, to: "frame.html")
        try scratch.run(
            [
                try #require(Self.program), "--headless=new", "--no-sandbox", "--disable-gpu",
                "--user-data-dir=\(scratch.path("profile"))", "--window-size=1400,1200",
                "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom",
                "file://\(scratch.path("frame.html"))",
            ], output: "dom.html")
        let dom = String(decoding: try scratch.bytes(of: "dom.html"), as: UTF8.self)
        let found = try #require(dom.firstMatch(of: /<pre id="findings">([A-Za-z0-9+\/=]+)<\/pre>/)?.1)
        let json = try #require(Data(base64Encoded: String(found)))
        let log = String(decoding: try scratch.bytes(of: "tool.err"), as: UTF8.self)
        return Findings(
            values: try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any]),
            console: log.split(separator: "\n").filter { $0.contains("CONSOLE") })
    }
}
