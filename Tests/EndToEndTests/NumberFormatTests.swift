import Foundation
import Reporting
import TestSupport
import Testing
import TextSupport

/// Numbers that the page computes while a slider moves are written as the terminal writes them.
@Suite(.enabled(if: Browser.program != nil, Browser.isHere), .serialized)
struct NumberFormatTests {
    @Test func `the page's number formats are those of the terminal`() throws {
        let scratch = try Scratch()
        let browser = Browser(scratch: scratch)
        let script = try String(
            contentsOfFile: Devemu.root + "/Sources/Reporting/Page/Resources/text.js", encoding: .utf8)
        let edges: [Double] = [
            0, 1, 9, 9.994, 9.995, 9.996, 10, 99.94, 99.95, 99.96, 100, 999, 999.4, 999.5, 1000, 1023, 1024,
            9994,
            9995, 9999.4, 9999.5, 10_000, 99_949, 99_950, 999_499, 999_500, 999_999, 1e6, 1.2345e6, 9.995e6,
            999_499_999, 999_500_000, 1e9, 1.005e9, 59.95e9, 262_144, 262_145, 65_536, 257, 12_345_678, 0.05,
            0.994,
            0.995, 1.005, 2.675, 1234.5,
        ]
        let shares: [Double] = [0, 0.0004, 0.0005, 0.05, 0.5, 0.9994, 0.9995, 0.9999, 1, 1.0 / 3, 2.0 / 3]
        let found = try browser.open(
            Array(
                "<!DOCTYPE html><meta charset=\"utf-8\"><body><script>\(script)</script></body>".utf8),
            script: """
                const values = \(edges.map { "\($0)" }.description.replacingOccurrences(of: "\"", with: ""));
                const shares = \(shares.map { "\($0)" }.description.replacingOccurrences(of: "\"", with: ""));
                const whole = values.map(Math.round);
                const plain = (list) => list.map((text) => text.replace(/\\u00a0/g, ' '));
                return {
                    duration: plain(values.map(duration)), short: plain(values.map(short)),
                    size: plain(whole.map(sizeOf)), bytes: plain(whole.map(sizeOfBytes)),
                    grouped: plain(whole.map(grouped)), threeDigits: plain(values.map((value) => `${threeDigits(Math.min(value, 1e6))}x`)),
                    percent: plain(shares.map(percent)), counted: plain([0, 1, 2, 1234].map((n) => counted(n, 'page'))),
                };
                """)
        #expect(found.console == [])
        func list(_ name: String) throws -> [String] { try #require(try found.list(name) as? [String]) }
        let whole = edges.map { Int($0.rounded()) }
        #expect(try list("duration") == edges.map { Human.duration($0) })
        #expect(try list("short") == edges.map { Human.short($0) })
        #expect(try list("size") == whole.map { Human.size(pages: $0) })
        #expect(try list("bytes") == whole.map { Human.size(bytes: $0) })
        #expect(try list("grouped") == whole.map { Human.grouped($0) })
        #expect(try list("threeDigits") == edges.map { Human.ratio($0) })
        #expect(try list("percent") == shares.map { Human.share($0) })
        #expect(try list("counted") == [0, 1, 2, 1234].map { Human.count($0, "page") })
    }
}
