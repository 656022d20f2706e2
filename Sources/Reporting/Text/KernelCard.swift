public import PhysicalMemory
public import TextSupport

/// The description of a kernel; its JSON form is an element of the schema `devemu.kernels/1`.
public struct KernelCard: Codable, Sendable {
    /// A rule in words.
    public struct Rule: Codable, Sendable {
        public var subject: String
        public var decision: String
    }

    public var name: String
    public var summary: String
    /// The releases whose recordings and traces it judges.
    public var releases: String
    public var rules: [Rule]
    /// What has to be said of its rules; null where they were checked against recordings.
    public var note: String?

    public init(_ kernel: Kernel) {
        name = kernel.name
        summary = kernel.summary
        releases = kernel.releases.description
        note = kernel.note
        rules = kernel.rules.map { Rule(subject: $0.subject, decision: $0.decision) }
    }

    /// The names with their summaries, a line each.
    public static func list(_ cards: [KernelCard], style: TextStyle) -> String {
        let width = cards.reduce(0) { max($0, $1.name.count) }
        return cards.map { style.paint(Human.padded($0.name, to: width), .bold) + "  \($0.summary)\n" }
            .joined()
    }

    /// One kernel in full, lines of at most 80 characters.
    public func text(style: TextStyle) -> String {
        let width = rules.reduce(0) { max($0, $1.subject.count) }
        let indent = "\n" + String(repeating: " ", count: width + 2)
        var text =
            style.paint(name, .bold)
            + "  \(summary)\n\nJudges recordings and traces of Linux \(releases).\n"
        if let note { text += style.paint(Human.wrapped(note, to: 78) + ".", .yellow) + "\n" }
        text += "\n"
        for rule in rules {
            let lines = Human.wrapped(rule.decision, to: 78 - width).split(separator: "\n")
            text += Human.padded(rule.subject, to: width) + "  " + lines.joined(separator: indent) + "\n"
        }
        return text
    }
}

/// The document of `devemu kernels --format json`.
public struct KernelList: Codable, Sendable {
    public var schema = "devemu.kernels/1"
    public var kernels: [KernelCard]

    public init(kernels: [KernelCard]) { self.kernels = kernels }
}
