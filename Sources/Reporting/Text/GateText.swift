public import Measurement
import TextSupport

extension GateViolation {
    /// The violation in one line: where, the value, what it was compared with, and the gate.
    public var line: String {
        let name = "\(row.caseName): \(row.device) with \(row.strategy): \(gate.metric.rawValue)"
        guard let value else {
            return Human.printable(
                "\(name) has no value, \(Human.count(row.runs, "run")) failed ('\(gate.text)')")
        }
        guard let bound else {
            return Human.printable("\(name) has no value to compare with ('\(gate.text)')")
        }
        var texts = (figure(value), figure(bound))
        // Rounded, a value just beyond the bound would look like the bound.
        if texts.0 == texts.1 { texts = (exact(value), exact(bound)) }
        return Human.printable("\(name) is \(texts.0) \(gate.relation.rawValue) \(texts.1) ('\(gate.text)')")
    }

    private func figure(_ value: Double) -> String {
        guard value.isFinite else { return "never" }
        return switch gate.metric.unit {
        case .nanoseconds: Human.duration(value)
        case .share: Human.decimal(min(value, 1e6) * 100, places: 1) + " %"
        case .pages, .count: Human.short(value)
        }
    }

    private func exact(_ value: Double) -> String {
        guard value.isFinite else { return "never" }
        let number = Int(exactly: value).map { Human.grouped($0) } ?? "\(value)"
        return gate.metric.unit == .nanoseconds ? number + " ns" : number
    }
}
