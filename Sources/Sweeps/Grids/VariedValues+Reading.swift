import Scenes
import TextSupport

extension VariedValues {
    private static let keys = ["from", "to", "step", "count", "scale"]

    /// Reads one value, a list of them, or a range: `{from: 16M, to: 256M, step: 16M}`, or with
    /// `count: 9, scale: log` in place of the step; with neither when combinations are drawn.
    init(_ node: SceneNode, path: String, isSampled: Bool) throws(SceneError) {
        guard case .mapping = node.content else {
            let values = try GridReader.values(node, path: path)
            try GridReader.refuseRepetition(values, path: path)
            self = .choices(values)
            return
        }
        try GridReader.check(node, keys: Self.keys, path: path)
        let scale = try node["scale"].map { node throws(SceneError) in
            try GridReader.choice(node, among: GridSpan.Scale.allCases, path: "\(path).scale")
        }
        let span = try Self.span(node, path: path, scale: scale ?? .linear)
        switch (node["step"], node["count"]) {
        case (let step?, nil):
            guard scale != .log else {
                throw SceneError(
                    "a range with scale: log has no steps; write count: 9", at: step.place, path: path)
            }
            self = .choices(try Self.stepped(span, by: step, path: "\(path).step"))
        case (nil, let count?):
            let number = try GridReader.number(count, path: "\(path).count", 2...UInt64(Grid.mostValues))
            self = .choices(span.values(count: Int(number)))
        case (nil, nil):
            guard isSampled else {
                throw SceneError(
                    "how many values? add step: or count:, or draw some of them with sample:", at: node.place,
                    path: path)
            }
            self = .span(span)
        case (_?, let count?):
            throw SceneError("step and count both say how many; leave one out", at: count.place, path: path)
        }
    }

    private static func span(
        _ node: SceneNode, path: String, scale: GridSpan.Scale
    ) throws(SceneError) -> GridSpan {
        var from = try quantity("from", of: node, path: path)
        var to = try quantity("to", of: node, path: path)
        // Nothing is nothing, in any unit.
        if from.amount == 0, from.kind == .count { from = Quantity(to.kind, amount: 0, grain: to.grain) }
        if to.amount == 0, to.kind == .count { to = Quantity(from.kind, amount: 0, grain: from.grain) }
        guard from.kind == to.kind else {
            throw SceneError(
                "\(from) and \(to) have different units; write both in the same", at: node.place, path: path)
        }
        guard from.amount < to.amount else {
            throw SceneError(
                "from \(from) to \(to) there is nothing; put the lower one first", at: node.place, path: path)
        }
        guard !to.amount.subtractingReportingOverflow(from.amount).overflow else {
            throw SceneError("from \(from) to \(to) is too far", at: node.place, path: path)
        }
        guard scale == .linear || from.amount > 0 else {
            throw SceneError("scale: log begins above 0, not at \(from)", at: node.place, path: path)
        }
        return GridSpan(from: from, to: to, scale: scale, place: node.place)
    }

    private static func quantity(_ key: String, of node: SceneNode, path: String) throws(SceneError)
        -> Quantity
    {
        guard let bound = node[key] else {
            throw SceneError(
                "missing key '\(key)'; write {from: 0, to: 500, step: 100}", at: node.place, path: path)
        }
        return try quantity(bound, path: "\(path).\(key)")
    }

    private static func quantity(_ node: SceneNode, path: String) throws(SceneError) -> Quantity {
        let text = try GridReader.text(node, path: path)
        guard let quantity = Quantity(parsing: text) else {
            throw SceneError(
                "\(quoted(text)) is no number, size, time or share; write 300, 64M, 1.5ms or 93%",
                at: node.place,
                path: path)
        }
        return quantity
    }

    private static func stepped(
        _ span: GridSpan, by node: SceneNode, path: String
    ) throws(SceneError) -> [GridValue] {
        let step = try quantity(node, path: path)
        guard step.kind == span.to.kind, step.amount > 0 else {
            throw SceneError(
                "\(step) is no step from \(span.from) to \(span.to); write one above 0 in the same unit",
                at: node.place, path: path)
        }
        guard let values = span.values(step: step.amount, limit: Grid.mostValues) else {
            throw SceneError("more than \(Grid.mostValues) values", at: node.place, path: path)
        }
        return values
    }
}
