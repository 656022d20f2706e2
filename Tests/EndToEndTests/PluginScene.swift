import Foundation
import TestSupport
import Testing

/// What the tests of plugins and scenes read of a run's JSON.
struct RunOutline: Decodable {
    struct Area: Decodable {
        struct Peak: Decodable {
            let tNs: UInt64
            let heldPages: Int

            enum CodingKeys: String, CodingKey {
                case tNs = "t_ns"
                case heldPages = "held_pages"
            }
        }

        let name: String
        let peak: Peak
    }

    struct BufferSet: Decodable {
        let name: String
        let wanted: Int
        let got: Int
    }

    struct Device: Decodable {
        let name: String
        let satisfied: Bool
        let buffersGot: Int
        let chunks: Int
        let framesDelivered: Int
        let framesDropped: Int
        let framesRepeated: Int
        let framesDamaged: Int
        let underruns: Int
        let sizeMismatchedReleases: Int
        let violations: [String]
        let pagesHeldAtExit: Int
        let sets: [BufferSet]

        enum CodingKeys: String, CodingKey {
            case name, satisfied, chunks, underruns, violations, sets
            case buffersGot = "buffers_got"
            case framesDelivered = "frames_delivered"
            case framesDropped = "frames_dropped"
            case framesRepeated = "frames_repeated"
            case framesDamaged = "frames_damaged"
            case sizeMismatchedReleases = "size_mismatched_releases"
            case pagesHeldAtExit = "pages_held_at_exit"
        }

        /// Names of the sets in the order in which they were opened, with the buffers got.
        var gathered: [String] { sets.map { "\($0.name) \($0.got)" } }
    }

    struct Failure: Decodable {
        let instance: String
        let operation: String
        let code: Int
    }

    struct Line: Decodable {
        let level: Int
        let text: String
    }

    struct Contents: Decodable {
        let moved: Int
        let verified: Int
        let damaged: Int
    }

    /// The calls of one area, with `--history`.
    struct History: Decodable {
        struct Requests: Decodable {
            let beginStepNs: [UInt64]
            let pages: [Int]
            let offset: [Int]
            let leftOut: Int

            enum CodingKeys: String, CodingKey {
                case pages, offset
                case beginStepNs = "begin_step_ns"
                case leftOut = "left_out"
            }
        }

        struct Releases: Decodable {
            let stepNs: [UInt64]
            let pages: [Int]
            let leftOut: Int

            enum CodingKeys: String, CodingKey {
                case pages
                case stepNs = "step_ns"
                case leftOut = "left_out"
            }
        }

        let requests: Requests
        let releases: Releases

        /// Allocations that are there at an instant, and their pages, when each is released as a whole.
        func living(at instant: UInt64) -> (allocations: Int, pages: Int) {
            var living = (allocations: 0, pages: 0)
            var begin: UInt64 = 0
            for (index, step) in requests.beginStepNs.enumerated() {
                begin += step
                guard begin <= instant, requests.offset[index] >= 0 else { continue }
                living = (living.allocations + 1, living.pages + requests.pages[index])
            }
            var release: UInt64 = 0
            for (step, pages) in zip(releases.stepNs, releases.pages) {
                release += step
                if release <= instant { living = (living.allocations - 1, living.pages - pages) }
            }
            return living
        }
    }

    struct RunHistory: Decodable {
        let areas: [History]
    }

    let areas: [Area]
    let devices: [Device]
    let failures: [Failure]
    let log: [Line]
    let contents: Contents?
    let history: RunHistory?

    /// Pages held at the worst moment of each area together.
    var peakPages: Int { areas.reduce(0) { $0 + $1.peak.heldPages } }

    /// No driver did anything wrong, and everything was given back.
    func expectCleanDevices(sourceLocation: SourceLocation = #_sourceLocation) {
        for device in devices {
            #expect(device.violations == [], sourceLocation: sourceLocation)
            #expect(device.sizeMismatchedReleases == 0, sourceLocation: sourceLocation)
            #expect(device.framesDamaged == 0, sourceLocation: sourceLocation)
            #expect(device.pagesHeldAtExit == 0, "\(device.name)", sourceLocation: sourceLocation)
        }
    }
}

/// A scene of one plugin on an area of which nothing is in use, so that what fits follows by arithmetic.
struct PluginScene {
    var plugin: String
    var area = "128M"
    var parameters = ""
    var count = 1
    /// Each as in a scene file, without its device.
    var events: [String]

    var text: String {
        """
        summary: a test of \(plugin)
        machine: {memory: 512M, areas: [{name: cma, size: \(area), base: 256M}], fill: 0%, pins: 0}
        devices: [{name: it, plugin: \(plugin).so, params: {\(parameters)}, count: \(count)}]
        events: [\(events.map { "{device: it, \($0)}" }.joined(separator: ", "))]

        """
    }

    /// Runs it and reads its result; `status` is what devemu must end with.
    func run(_ more: String..., status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> RunOutline
    {
        let scratch = try Scratch()
        let file = try scratch.write(text, to: "scene.yaml")
        return try RunOutline.of(["run", file] + more, status: status, sourceLocation: sourceLocation)
    }
}

extension RunOutline {
    /// - Parameter status: what devemu must end with; nil when a device may be satisfied or not.
    static func of(
        _ arguments: [String], status: Int32? = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> RunOutline {
        let outcome = try Devemu.run(arguments + ["--format", "json"])
        let expected: [Int32] = if let status { [status] } else { [0, 1] }
        #expect(
            expected.contains(outcome.status), "\(outcome.standardError)", sourceLocation: sourceLocation)
        return try JSONDecoder().decode(RunOutline.self, from: outcome.standardOutput)
    }
}
