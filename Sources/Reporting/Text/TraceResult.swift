import Recordings
import TextSupport

/// What of a kernel's trace was executed again and what was not.
public struct TraceResult: Encodable, Sendable {
    public var area: String
    public var partialCalls: Int
    public var unfinishedCalls: Int
    public var otherAreas: Int
    public var unknownReleases: Int
    public var inferredReleases: Int
    public var losses: Int
    public var otherEvents: Int
    public var skippedLines: Int

    init(_ notes: TracedRun.Notes) {
        area = notes.area
        partialCalls = notes.partialCalls
        unfinishedCalls = notes.unfinishedCalls
        otherAreas = notes.otherAreas
        unknownReleases = notes.unknownReleases
        inferredReleases = notes.inferredReleases
        losses = notes.losses
        otherEvents = notes.otherEvents
        skippedLines = notes.skippedLines
    }

    enum CodingKeys: String, CodingKey {
        case area, losses
        case partialCalls = "partial_calls"
        case unfinishedCalls = "unfinished_calls"
        case otherAreas = "other_areas"
        case unknownReleases = "unknown_releases"
        case inferredReleases = "inferred_releases"
        case otherEvents = "other_events"
        case skippedLines = "skipped_lines"
    }

    /// A line that names only what is not zero.
    var text: String {
        var parts = ["area \(Human.printable(area.isEmpty ? "without a name" : area))"]
        let counts: [(Int, String)] = [
            (otherEvents, "other event"), (otherAreas, "step in other areas"),
            (losses, "place with lost events"), (partialCalls, "call known in part and not compared"),
            (unfinishedCalls, "call without an end"), (unknownReleases, "release of pages without an owner"),
            (inferredReleases, "release inferred"), (skippedLines, "line skipped"),
        ]
        for (number, what) in counts where number > 0 {
            let words = what.split(separator: " ", maxSplits: 1)
            let tail = words.count > 1 ? " \(words[1])" : ""
            let isEvent = what == "other event"
            parts.append(isEvent ? Human.count(number, what) : Human.count(number, String(words[0])) + tail)
        }
        return "  trace: \(parts.joined(separator: ", "))\n"
    }
}
