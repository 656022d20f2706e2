/// Help for names that a person typed wrong.
public enum Spelling {
    /// The longest name that is compared; the work grows with the square of the length.
    static let longestName = 64

    /// The candidate nearest to `name`, or nil when none is near enough to be meant.
    ///
    /// Near enough is one edit in three characters. Of equally near candidates the first wins.
    public static func nearest(to name: String, among candidates: [String]) -> String? {
        let typed = Array(name.unicodeScalars.prefix(longestName + 1))
        guard typed.count <= longestName else { return nil }
        let limit = max(1, typed.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let scalars = Array(candidate.unicodeScalars.prefix(longestName + 1))
            guard scalars.count <= longestName else { continue }
            let distance = editDistance(typed, scalars)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one name into the
    /// other: the optimal string alignment distance.
    static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in right.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}

/// Text from outside as it may stand in a message: in quotes, one line, no terminal controls, cut
/// after 64 characters.
public func quoted(_ text: String) -> String {
    var result = "'"
    for (index, scalar) in text.unicodeScalars.enumerated() {
        guard index < 64 else {
            result += "..."
            break
        }
        if isUnprintable(scalar) {
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result + "'"
}

/// True for what moves a terminal's cursor or ends a line instead of printing.
public func isControl(_ scalar: Unicode.Scalar) -> Bool {
    // Nearly all of what is asked for is ASCII, and looking up categories takes long.
    guard !scalar.isASCII else { return scalar.value < 0x20 || scalar.value == 0x7f }
    return switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`; for 1 and more.
package func ordinal(_ number: Int) -> String {
    let isTeen = (11...13).contains(number % 100)
    let endings = [1: "st", 2: "nd", 3: "rd"]
    return "\(number)" + (isTeen ? "th" : endings[number % 10] ?? "th")
}
