import RealModule
import Scenes

/// A key of a scene that a grid varies, and what it is to be.
public struct VariedKey: Sendable {
    /// As an override of a scene takes it: `machine.pins`, `camera.params.buffers`.
    public let path: String
    /// Where the grid names it.
    public let line: Int
    public let column: Int
    let values: VariedValues
}

/// The values of a key: those written or stepped through, or everything between two of them.
enum VariedValues: Sendable {
    /// One or more, none twice.
    case choices([GridValue])
    case span(GridSpan)

    /// Values one after the other; 0 for a span, which has none by itself.
    var count: Int {
        if case .choices(let choices) = self { return choices.count }
        return 0
    }

    /// The value at a place in it, 0 ..< 1.
    func value(at position: Double) -> GridValue {
        switch self {
        case .choices(let choices):
            choices[min(Int(position * Double(choices.count)), choices.count - 1)]
        case .span(let span): span.value(at: position)
        }
    }
}

/// A value for a key, with the place of the grid that it comes from.
public struct GridValue: Sendable, Hashable {
    public let text: String
    public let line: Int
    public let column: Int

    init(_ text: String, at place: Place) {
        self.text = text
        (line, column) = place.lineAndColumn
    }
}

extension Place {
    /// 1 and 1 for what no file has.
    var lineAndColumn: (Int, Int) {
        if case .file(let line, let column) = self { return (line, column) }
        return (1, 1)
    }
}

/// Numbers between two bounds, both included, as exact as the bounds are written: between 16M and 64M
/// there are whole MiB.
struct GridSpan: Sendable {
    enum Scale: String, CaseIterable, Sendable {
        /// Equal steps.
        case linear
        /// Equal ratios.
        case log
    }

    let from: Quantity
    let to: Quantity
    let scale: Scale
    let place: Place

    private var grain: Int { min(from.grain, to.grain) }

    /// - Parameter position: 0 for the lower bound, 1 for the upper one.
    func value(at position: Double) -> GridValue {
        let (low, high) = (Double(from.amount), Double(to.amount))
        let amount =
            switch scale {
            case .linear: low + (high - low) * position
            case .log: low * Double.pow(high / low, position)
            }
        let rounded = Int((amount / Double(grain)).rounded()) * grain
        return GridValue(to.with(amount: min(max(rounded, from.amount), to.amount)).description, at: place)
    }

    /// So many values from bound to bound, less those that rounding makes the same.
    /// - Parameter count: 2 or more.
    func values(count: Int) -> [GridValue] {
        var values: [GridValue] = []
        for index in 0..<count {
            let value = value(at: Double(index) / Double(count - 1))
            if value != values.last { values.append(value) }
        }
        return values
    }

    /// From the lower bound in equal steps as far as the upper one; nil for more values than `limit`.
    func values(step: Int, limit: Int) -> [GridValue]? {
        guard (to.amount - from.amount) / step < limit else { return nil }
        return stride(from: from.amount, through: to.amount, by: step).map {
            GridValue(to.with(amount: $0).description, at: place)
        }
    }
}
