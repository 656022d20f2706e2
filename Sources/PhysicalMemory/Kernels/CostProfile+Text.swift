/// A cost profile as text: one line a step, `migrate_page = 14452 ns`, in any order. `#` starts a
/// comment; units are ns, us and ms; costs are multiples of 0.1 ns from 0 to 1 s.
extension CostProfile: CustomStringConvertible {
    /// Reads a profile. Every step must be there, once.
    public init(parsing bytes: some Sequence<UInt8>) throws(CostProfileError) {
        var found = [Int?](repeating: nil, count: CostStep.allCases.count)
        var lines = Array(bytes).split(separator: 10, omittingEmptySubsequences: false)
        if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            do throws(CostProfileError.Code) {
                guard let (step, cost) = try Self.step(of: line) else { continue }
                guard found[step.rawValue] == nil else { throw CostProfileError.Code.duplicate(step.name) }
                found[step.rawValue] = cost
            } catch {
                throw CostProfileError(error, line: index + 1)
            }
        }
        let missing = CostStep.allCases.filter { found[$0.rawValue] == nil }
        guard missing.isEmpty else {
            throw CostProfileError(.missing(missing.map(\.name)), line: max(lines.count, 1))
        }
        self.init(tenths: found.map { $0 ?? 0 })
    }

    public init(parsing text: String) throws(CostProfileError) { try self.init(parsing: text.utf8) }

    /// The step of a line and its cost in tenths of a nanosecond; nil when the line says nothing.
    private static func step(
        of line: ArraySlice<UInt8>
    ) throws(CostProfileError.Code) -> (CostStep, Int)? {
        let said = line.prefix { $0 != UInt8(ascii: "#") }
        let sides = said.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        let words = sides.map { side in
            side.split { " \t\r".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        }
        if words == [[]] { return nil }
        guard words.count == 2, words[0].count == 1 else { throw .malformed }
        let name = words[0][0]
        guard let step = CostStep.allCases.first(where: { $0.name == name }) else {
            throw .unknownStep(name, nearest: nearest(to: name))
        }
        guard (1...2).contains(words[1].count) else { throw .malformed }
        guard words[1].count == 2, let unit = units.first(where: { $0.name == words[1][1] }) else {
            throw .badUnit(words[1].count == 2 ? words[1][1] : "")
        }
        guard let cost = tenths(of: words[1][0], unit: unit.tenths), cost <= limitTenths else {
            throw .badNumber(words[1][0])
        }
        return (step, cost)
    }

    private static let units = [("ns", 10), ("us", 10_000), ("ms", 10_000_000)].map {
        (name: $0.0, tenths: $0.1)
    }

    /// `number` times `unit` when it is digits with at most one point and comes out whole.
    private static func tenths(of number: String, unit: Int) -> Int? {
        let parts = number.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, number.utf8.count <= 18, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        var sum = 0
        var scale = unit
        for (index, part) in parts.enumerated() {
            for digit in part {
                guard (48...57).contains(digit) else { return nil }
                let digit = Int(digit - 48)
                if index == 0 {
                    sum = min(sum * 10 + digit * unit, limitTenths * 10)
                } else {
                    guard digit == 0 || scale % 10 == 0 else { return nil }
                    scale /= 10
                    sum += digit * scale
                }
            }
        }
        return sum
    }

    /// The profile in its own format, without comments.
    public var description: String { text() }

    /// The profile in its own format, with comments before it and beside its steps.
    public func text(header: [String] = [], comments: [CostStep: String] = [:]) -> String {
        let width = CostStep.allCases.reduce(0) { max($0, $1.name.utf8.count) }
        var text = header.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
        for step in CostStep.allCases {
            let (whole, tenth) = tenths(step).quotientAndRemainder(dividingBy: 10)
            var line = step.name + String(repeating: " ", count: width - step.name.utf8.count)
            line += " = " + (tenth == 0 ? "\(whole)" : "\(whole).\(tenth)") + " ns"
            if let comment = comments[step] {
                line += String(repeating: " ", count: max(width + 16 - line.utf8.count, 1)) + "# " + comment
            }
            text += line + "\n"
        }
        return text
    }

    /// The name of a step that somebody may have meant: at most one edit in three characters away.
    private static func nearest(to typed: String) -> String? {
        let typed = Array(typed.utf8)
        guard typed.count <= 40 else { return nil }
        let best = CostStep.allCases.map { ($0.name, distance(typed, Array($0.name.utf8))) }
            .min { $0.1 < $1.1 }
        return best.flatMap { $0.1 <= max(1, typed.count / 3) ? $0.0 : nil }
    }

    /// Insertions, deletions and substitutions that turn one name into the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var last = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                row.append(min(last[j + 1] + 1, row[j] + 1, last[j] + (letter == other ? 0 : 1)))
            }
            last = row
        }
        return last[right.count]
    }
}

/// Why a text is no cost profile, and where.
public struct CostProfileError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: Error, Equatable, Sendable {
        case malformed
        case unknownStep(String, nearest: String?)
        case duplicate(String)
        case badNumber(String)
        case badUnit(String)
        case missing([String])
    }

    public var code: Code
    /// 1-based; the last line for what is missing.
    public var line: Int

    init(_ code: Code, line: Int) {
        self.code = code
        self.line = line
    }

    /// The reason in one line, without file and line number.
    public var description: String {
        switch code {
        case .malformed: "expected 'step = number ns'"
        case .unknownStep(let name, let nearest):
            "unknown step '\(name.prefix(40))'" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .duplicate(let name): "\(name) is given a second time"
        case .badNumber(let text):
            "'\(text.prefix(40))' is no cost: a number from 0 to 1 s, no finer than 0.1 ns"
        case .badUnit(let unit):
            unit.isEmpty ? "the unit is missing: ns, us or ms" : "'\(unit.prefix(40))' is none of ns, us, ms"
        case .missing(let names): "not in the profile: \(names.joined(separator: ", "))"
        }
    }
}
