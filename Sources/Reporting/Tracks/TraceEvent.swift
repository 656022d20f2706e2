/// One event of the Trace Event Format; the members are named as in its JSON.
struct TraceEvent: Encodable {
    /// A value among the arguments of an event.
    enum Argument: Encodable {
        case number(Int)
        case text(String)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }

    var name: String
    /// The kind: one letter.
    var ph: String
    /// µs.
    var ts: Double
    var pid: Int
    var tid: Int
    var cat: String?
    /// µs, of a slice.
    var dur: Double?
    /// What pairs the two ends of a span.
    var id: Int?
    /// How far an instant reaches: `t` for its track.
    var s: String?
    var args: [String: Argument]?

    init(_ name: String, _ kind: String, at nanoseconds: UInt64, process: Int, track: Int) {
        self.name = name
        ph = kind
        ts = Self.microseconds(nanoseconds)
        pid = process
        tid = track
    }

    static func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }

    /// The name of a track, or of a process with all of its tracks.
    static func name(_ kind: String, _ name: String, process: Int, track: Int) -> TraceEvent {
        var event = TraceEvent(kind, "M", at: 0, process: process, track: track)
        event.args = ["name": .text(name)]
        return event
    }

    static func begin(of span: AllocationSpans.Span, area: Int) -> TraceEvent {
        var event = Self.end(of: span, area: area, at: span.began)
        event.ph = "b"
        event.args = ["pages": .number(span.pages), "pfn": .text("0x" + String(span.pfn, radix: 16))]
        return event
    }

    static func end(of span: AllocationSpans.Span, area: Int, at now: UInt64) -> TraceEvent {
        var event = TraceEvent(span.name, "e", at: now, process: ChromeTrace.areas, track: area)
        event.cat = "allocation"
        event.id = span.id
        return event
    }
}
