import Foundation

/// One line of the table.
struct Measured: Codable {
    var name: String
    var value: Double
    var unit: String
    /// What it is compared with, and how many times as much that is or takes.
    var against: String?
    var ratio: Double?

    var line: String {
        let figure = "\(name.padding(toLength: 58, withPad: " ", startingAt: 0)) \(Self.short(value)) \(unit)"
        guard let against, let ratio else { return figure }
        return "\(figure)   \(against): \(Self.short(ratio)) x"
    }

    private static func short(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value)
    }
}

/// Wall time of something that is repeated: the median, as others share the machine.
enum Stopwatch {
    static func median(of repetitions: Int, _ body: () throws -> Void) rethrows -> Double {
        var seconds: [Double] = []
        for _ in 0..<repetitions { seconds.append(try time(body)) }
        return seconds.sorted()[repetitions / 2]
    }

    /// Seconds.
    static func time(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body)
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
