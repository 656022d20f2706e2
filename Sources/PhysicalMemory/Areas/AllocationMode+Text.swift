/// Modes as the command line writes them: a named mode and changes to it, `normal+cache+nolru`.
extension AllocationMode {
    /// A change to a mode: its word, what it does, and how.
    private struct Knob {
        let word: String
        let meaning: String
        let turn: @Sendable (inout AllocationMode) -> Void
    }

    private static let knobs: [Knob] = [
        Knob(word: "async", meaning: "never wait for locks or writeback") { $0.migration = .async },
        Knob(word: "sync", meaning: "wait for both") { $0.migration = .sync },
        Knob(word: "cache", meaning: "search behind the last failure") { $0.cachesLastFailure = true },
        Knob(word: "nocache", meaning: "search from the start") { $0.cachesLastFailure = false },
        Knob(word: "drain", meaning: "drain per-CPU page lists in each window") {
            $0.drainsPerCPULists = true
        },
        Knob(word: "nodrain", meaning: "do not") { $0.drainsPerCPULists = false },
        Knob(word: "lru", meaning: "flush LRU batches in each window") { $0.disablesLRUCache = true },
        Knob(word: "nolru", meaning: "do not") { $0.disablesLRUCache = false },
        Knob(word: "nopcp", meaning: "switch per-CPU page lists off for the call") {
            $0.disablesPerCPULists = true
        },
        Knob(word: "busyfinal", meaning: "-EBUSY of the migrate stage refuses a window at once") {
            $0.busyIsFinal = true
        },
        Knob(word: "skipblock", meaning: "step by largest blocks behind a busy window") {
            $0.retryStep = .largestBlock
        },
    ]

    /// Every word that may follow a mode's name, each with what it does; `triesN` takes a number.
    public static var knobWords: [(word: String, meaning: String)] {
        knobs.map { ($0.word, $0.meaning) } + [
            ("triesN", "N calls of migrate_pages() for a batch, 0 to 100")
        ]
    }

    /// Reads a mode's name with changes behind it, each after a `+`; a later change wins over an earlier
    /// one. Nil for anything else.
    public init?(parsing text: String) {
        let words = text.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard let base = AllocationMode(named: words[0]) else { return nil }
        self = base
        for word in words.dropFirst() {
            if let knob = Self.knobs.first(where: { $0.word == word }) {
                knob.turn(&self)
            } else if word.hasPrefix("tries"), let tries = Int(word.dropFirst(5)), (0...100).contains(tries) {
                migrateTries = tries
            } else {
                return nil
            }
        }
    }
}
