import Emulation
import TextSupport

/// Why a text is no rule.
public struct FaultRuleError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where in the text, 1-based, in Unicode scalars.
    public let column: Int
    /// What is wrong and what would be right.
    public let message: String

    public var description: String { "column \(column): \(message)" }
}

extension FaultRule {
    /// Reads a rule. Words are separated by spaces.
    ///
    /// - Parameter instances: names of those that the rule can be about.
    public init(parsing text: String, instances: [String]) throws(FaultRuleError) {
        var words = RuleWords(text)
        let verb = words.next()
        guard let verb, verb.text == "fail" || verb.text == "delay" else {
            throw words.error(at: verb, "a rule begins with fail or delay, such as 'fail 7th cma_alloc'")
        }
        let choice = try words.choice()
        let function = try words.function(canFail: verb.text == "fail")
        var clauses: [String: RuleWords.Word] = [:]
        var after = 0
        var instance: String?
        var delay: EmulatedDuration?
        var errorNumber: Int32?
        while let clause = words.next() {
            let isKnown = Self.clauses(of: verb.text).contains(clause.text)
            guard isKnown, clauses.updateValue(clause, forKey: clause.text) == nil else {
                throw words.error(
                    at: clause, Self.wording(of: clause.text, isKnown: isKnown, verb: verb.text))
            }
            switch clause.text {
            case "after": after = try words.number()
            case "of": instance = try words.instance(among: instances)
            case "by": delay = try words.duration()
            default: errorNumber = try words.errorNumber(for: function, clause)
            }
        }
        let effect: Effect
        if verb.text == "fail" {
            effect = .fail(errorNumber: errorNumber)
        } else {
            guard let delay else { throw words.error(at: nil, "by how long? add 'by 2ms'") }
            effect = .delay(delay)
        }
        self.init(effect, function, choice, after: after, instance: instance)
    }

    private static func clauses(of verb: String) -> [String] {
        ["after", "of", verb == "fail" ? "with" : "by"]
    }

    private static func wording(of clause: String, isKnown: Bool, verb: String) -> String {
        guard !isKnown else { return "'\(clause)' stands twice; keep one of the two" }
        let known = clauses(of: verb)
        let near = Spelling.nearest(to: clause, among: known)
        return "\(quoted(clause)) is nothing that '\(verb)' takes; "
            + (near.map { "did you mean \($0)?" } ?? "there are " + known.joined(separator: ", "))
    }
}

/// The words of a rule with their places.
private struct RuleWords {
    struct Word {
        let text: String
        let column: Int
    }

    private var words: ArraySlice<Word>
    /// Behind the last scalar.
    private let end: Int

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        end = scalars.count + 1
        words =
            scalars.indices.split { scalars[$0] == " " }.map { range in
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[range])
                return Word(text: String(view), column: range.lowerBound + 1)
            }[...]
    }

    mutating func next() -> Word? { words.popFirst() }

    func error(at word: Word?, _ message: String) -> FaultRuleError {
        FaultRuleError(column: word?.column ?? end, message: message)
    }

    /// `7th`, `every`, `every 3rd`, or nothing.
    mutating func choice() throws(FaultRuleError) -> FaultRule.Choice {
        if words.first?.text == "every" {
            words.removeFirst()
            return try ordinal().map { .every($0) } ?? .all
        }
        return try ordinal().map { .only($0) } ?? .all
    }

    /// A number with st, nd, rd or th behind it; nil when the next word does not begin with a digit.
    private mutating func ordinal() throws(FaultRuleError) -> Int? {
        guard let word = words.first, let first = word.text.first, "0"..."9" ~= first else { return nil }
        words.removeFirst()
        let digits = word.text.prefix { "0"..."9" ~= $0 }
        guard ["st", "nd", "rd", "th"].contains(word.text.dropFirst(digits.count)), let number = Int(digits),
            (1...FaultRule.largestNumber).contains(number)
        else {
            throw error(at: word, "\(quoted(word.text)) is no ordinal number; write 1st, 2nd, 3rd or 7th")
        }
        return number
    }

    mutating func function(canFail: Bool) throws(FaultRuleError) -> HostFunction {
        let word = next()
        let all = HostFunction.allCases
        guard let word, let function = all.first(where: { $0.description == word.text }) else {
            let near = word.flatMap { Spelling.nearest(to: $0.text, among: all.map(\.description)) }
            throw error(
                at: word,
                (word.map { "\(quoted($0.text)) is no function of the host; " } ?? "which function? ")
                    + (near.map { "did you mean \($0)?" } ?? "write one of plugin.h, such as cma_alloc"))
        }
        guard !canFail || function.canFail else {
            throw error(at: word, "\(function) cannot fail; delay it, or choose another function")
        }
        return function
    }

    mutating func number() throws(FaultRuleError) -> Int {
        let word = next()
        guard let word, word.text.isDigits, let number = Int(word.text), number <= FaultRule.largestNumber
        else { throw error(at: word, "after how many calls? write 'after 100'") }
        return number
    }

    mutating func instance(among instances: [String]) throws(FaultRuleError) -> String {
        guard let word = next() else { throw error(at: nil, "of which instance? write 'of camera'") }
        guard instances.contains(where: { FaultRule.isMeant($0, by: word.text) }) else {
            let near = Spelling.nearest(to: word.text, among: instances)
            throw error(
                at: word,
                "no instance \(quoted(word.text)); "
                    + (near.map { "did you mean \($0)?" } ?? "there are \(instances.joined(separator: ", "))")
            )
        }
        return word.text
    }

    mutating func duration() throws(FaultRuleError) -> EmulatedDuration {
        guard let word = next() else { throw error(at: nil, "by how long? write 'by 2ms'") }
        do {
            return try EmulatedDuration(parsing: word.text)
        } catch let refusal {
            throw error(at: word, refusal.description)
        }
    }

    mutating func errorNumber(
        for function: HostFunction, _ clause: Word
    ) throws(FaultRuleError) -> Int32 {
        guard function.returnsErrorNumber else {
            throw error(at: clause, "\(function) returns no error number; leave out 'with'")
        }
        let word = next()
        guard let word, let number = ErrorNumber.number(named: word.text) else {
            throw error(
                at: word,
                (word.map { "\(quoted($0.text)) is no error number; " } ?? "with which error number? ")
                    + "write one such as ENOMEM or EBUSY")
        }
        return number
    }
}

extension FaultRule {
    /// The largest number that a rule counts to.
    static let largestNumber = 1_000_000_000_000
}
