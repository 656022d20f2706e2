/// The parts of one line of a trace: `TASK-PID [CPU] FLAGS SECONDS.MICROS: EVENT: FIELDS`.
///
/// The thread group in parentheses, the flags and a group before the event's name are optional; a task's
/// name may have any characters, brackets and spaces included.
struct FTraceLine {
    let task: ArraySlice<UInt8>
    let pid: Int
    let nanoseconds: UInt64
    /// Without its group.
    let event: ArraySlice<UInt8>
    let fields: ArraySlice<UInt8>

    /// Nil for a line of another shape.
    init?(_ line: ArraySlice<UInt8>) {
        var from = line.startIndex
        while let open = line[from...].firstIndex(of: UInt8(ascii: "[")) {
            from = open + 1
            guard let (task, pid) = Self.task(before: line[..<open]),
                let close = line[open...].firstIndex(of: UInt8(ascii: "]")),
                line[(open + 1)..<close].decimal != nil,
                let (nanoseconds, rest) = Self.time(in: line[(close + 1)...]),
                let (event, fields) = Self.event(in: rest)
            else { continue }
            self.task = task
            self.pid = pid
            self.nanoseconds = nanoseconds
            self.event = event
            self.fields = fields
            return
        }
        return nil
    }

    /// `camera-612` and its number, from what stands before the CPU.
    private static func task(before text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, Int)? {
        guard text.last == 32 else { return nil }
        var task = text.trimmed
        if task.last == UInt8(ascii: ")"), let open = task.lastIndex(of: UInt8(ascii: "(")),
            task[task.index(after: open)...].dropLast().trimmed.allSatisfy({
                (48...57).contains($0) || $0 == UInt8(ascii: "-")
            })
        {
            task = task[..<open].trimmed
        }
        guard let dash = task.lastIndex(of: UInt8(ascii: "-")), dash > task.startIndex,
            let pid = task[(dash + 1)...].decimal
        else { return nil }
        return (task, pid)
    }

    /// The word `5.256933:` behind at most one word of flags, and what follows it.
    private static func time(in text: ArraySlice<UInt8>) -> (UInt64, ArraySlice<UInt8>)? {
        var rest = text
        for _ in 0..<2 {
            rest = rest.drop { $0 == 32 || $0 == 9 }
            let word = rest.prefix { $0 != 32 && $0 != 9 }
            rest = rest[word.endIndex...]
            if let time = nanoseconds(word) { return (time, rest) }
        }
        return nil
    }

    /// Seconds with a fraction and a colon, or a number of ns with a colon.
    private static func nanoseconds(_ word: ArraySlice<UInt8>) -> UInt64? {
        guard word.last == UInt8(ascii: ":") else { return nil }
        let number = word.dropLast()
        guard let point = number.firstIndex(of: UInt8(ascii: ".")) else {
            return number.decimal.map { UInt64($0) }
        }
        let fraction = number[(point + 1)...]
        guard let seconds = number[..<point].decimal, seconds < 1 << 33, (1...9).contains(fraction.count),
            var rest = fraction.decimal
        else { return nil }
        for _ in fraction.count..<9 { rest *= 10 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(rest)
    }

    private static func event(in text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
        let rest = text.drop { $0 == 32 || $0 == 9 }
        let word = rest.prefix { $0 != 32 && $0 != 9 }
        guard word.count > 1, let colon = word.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        // The event's name ends in the word's last colon, unless fields follow it without a space.
        let name = word[..<colon]
        let own = name.lastIndex(of: UInt8(ascii: ":")).map { name[($0 + 1)...] } ?? name
        return own.isEmpty ? nil : (own, rest[(colon + 1)...])
    }
}
