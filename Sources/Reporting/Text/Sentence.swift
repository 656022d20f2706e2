import TextSupport

/// A sentence about a result, and whether it is good news. The terminal and the page show the same one.
struct Sentence: Encodable, Hashable {
    enum Tone: String, Encodable {
        /// The goal is reached.
        case good
        /// The goal is reached in part, or something limits what the result says.
        case fair
        case bad
        /// Neither good nor bad.
        case plain
    }

    var text: String
    var tone: Tone

    init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }
}

/// A fact with the word that stands before it: `sandbox`, `reserve`, `broken`.
struct Note: Encodable, Hashable {
    var label: String
    var text: String
    var tone: Sentence.Tone

    init(_ label: String, _ text: String, _ tone: Sentence.Tone = .plain) {
        self.label = label
        self.text = text
        self.tone = tone
    }
}

extension TextStyle {
    /// The colour of good and bad news on a terminal.
    func paint(_ text: String, _ tone: Sentence.Tone) -> String {
        switch tone {
        case .good: paint(text, .green)
        case .fair: paint(text, .yellow)
        case .bad: paint(text, .red)
        case .plain: text
        }
    }
}

/// Words that several sentences share.
enum Wording {
    /// `a, b and c`.
    static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }

    /// The same text with a capital at its start.
    static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// What is known of a size that lies between two bounds, pages; 0 and nil are no bounds.
    static func between(tooSmall: Int, enough: Int?) -> String {
        let low = tooSmall == 0 ? "" : "more than \(Human.size(pages: tooSmall))"
        let high = enough.map { "at most \(Human.size(pages: $0))" } ?? ""
        let place = [low, high].filter { !$0.isEmpty }.joined(separator: " and ")
        return place.isEmpty ? "a size not known yet" : place
    }
}
