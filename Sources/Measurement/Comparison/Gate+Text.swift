extension Gate {
    private static let durations = ["ns": 1.0, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9]

    /// Reads `DEVICE.STRATEGY.METRIC RELATION VALUE`; spaces around the relation may be left out.
    ///
    /// The device ends at the first dot and the metric begins after the last, because a strategy can be a
    /// file, `mine.so`; `*` is every device or strategy. A value has the unit of its metric (`5ms`, `us`,
    /// `ns`, `s` for times; `90%` for shares), none for the unit in the metric's name, or is `1.5x STRATEGY`.
    ///
    /// - Throws: ``GateError`` with the part that cannot be read and what would be right.
    public init(parsing text: String) throws(GateError) {
        let signs: Set<Character> = ["<", ">", "=", "!"]
        guard let begin = text.firstIndex(where: signs.contains) else {
            throw GateError(.noRelation(nil), gate: text)
        }
        let end = text[begin...].firstIndex { !signs.contains($0) } ?? text.endIndex
        guard let relation = Relation(rawValue: String(text[begin..<end])) else {
            throw GateError(.noRelation(String(text[begin..<end])), gate: text)
        }
        let subject = Self.trimmed(text[..<begin])
        guard let first = subject.firstIndex(of: "."), let last = subject.lastIndex(of: "."), first < last
        else { throw GateError(.subject(subject), gate: text) }
        let device = String(subject[..<first])
        let strategy = String(subject[subject.index(after: first)..<last])
        let name = String(subject[subject.index(after: last)...])
        guard !device.isEmpty, !strategy.isEmpty else { throw GateError(.subject(subject), gate: text) }
        guard let metric = ComparedMetric(rawValue: name) else {
            let known = ComparedMetric.allCases.map(\.rawValue)
            throw GateError(.unknownName(.metric, name, known: known), gate: text)
        }
        self.init(
            text: text, device: device == "*" ? nil : device, strategy: strategy == "*" ? nil : strategy,
            metric: metric, relation: relation,
            limit: try Self.limit(Self.trimmed(text[end...]), of: metric, gate: text))
    }

    private static func limit(
        _ value: String, of metric: ComparedMetric, gate: String
    ) throws(GateError) -> Limit {
        let digits = value.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number.isFinite else {
            throw GateError(.value(value, of: metric), gate: gate)
        }
        let rest = trimmed(value[digits.endIndex...])
        if rest.isEmpty { return .absolute(number) }
        if rest == "%", metric.unit == .share { return .absolute(number / 100) }
        if metric.unit == .nanoseconds, let scale = durations[rest] { return .absolute(number * scale) }
        if rest.first == "x", rest.dropFirst().first == " ", number > 0 {
            return .relative(number, strategy: trimmed(rest.dropFirst()))
        }
        throw GateError(.value(value, of: metric), gate: gate)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
