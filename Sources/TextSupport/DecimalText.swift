extension StringProtocol {
    /// Whether there is nothing but ASCII digits, none included.
    package var isDigits: Bool { utf8.allSatisfy { (48...57).contains($0) } }
}

/// `number` times `unit` when it is digits with at most one point between them and comes out whole,
/// within 64 bits.
package func decimal(_ number: some StringProtocol, unit: UInt64) -> UInt64? {
    let parts = number.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
        parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    guard let whole = UInt64(number[..<parts[0].endIndex]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    // 19 places fit in 64 bits. A unit would need a factor 2 for each place more to come out whole.
    let places = parts[1].reversed().drop { $0 == UInt8(ascii: "0") }.reversed()
    guard places.count <= 19 else { return nil }
    var numerator: UInt64 = 0
    var denominator: UInt64 = 1
    for digit in places {
        numerator = numerator * 10 + UInt64(digit - UInt8(ascii: "0"))
        denominator *= 10
    }
    let part = denominator.dividingFullWidth(numerator.multipliedFullWidth(by: unit))
    let (sum, carry) = product.addingReportingOverflow(part.quotient)
    return carry || part.remainder != 0 ? nil : sum
}
