/// A share of a whole, as the command line and every file of devemu writes it: `80%`, `12.5%`, or `80`, which
/// is the same as `80%`.
public struct PercentShare: Sendable, Hashable {
    /// Why a text is not a share; one line, with what would be right.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    /// 0 ... 1, exact to a thousandth of a per cent.
    public let share: Double

    /// Reads digits with at most three decimals and a per cent sign, which a whole number may leave out.
    ///
    /// - Throws: `Refusal` for anything else, for more than 100%, and for a fraction without a per cent sign:
    ///   `0.8` can mean 80% or 0.8%.
    public init(parsing text: String) throws(Refusal) {
        let hasSign = text.hasSuffix("%")
        let number = hasSign ? String(text.dropLast()) : text
        guard let thousandths = decimal(number, unit: 1000) else {
            throw Refusal(
                description: decimal(number, unit: 1_000_000_000) == nil
                    ? "\(quoted(text)) is not a share from 0% to 100%; write 93%"
                    : "\(quoted(text)) has more than three decimals; write 93%, or 12.5%")
        }
        guard thousandths <= 100_000 else {
            throw Refusal(description: "\(quoted(text)) is more than 100%; write a share up to 100%, as 93%")
        }
        guard hasSign || number.isDigits else {
            let percent = "\(quoted(text)) can mean \(Self.hundredfold(thousandths))% or \(number)%"
            throw Refusal(
                description: thousandths <= 1000
                    ? "\(percent); write the one that is meant, with its sign"
                    : "\(quoted(text)) has no per cent sign; write \(number)%")
        }
        share = Double(thousandths) / 100_000
    }

    /// A hundred times so many thousandths: `80` for 800, `12.5` for 125.
    private static func hundredfold(_ thousandths: UInt64) -> String {
        let (whole, tenth) = thousandths.quotientAndRemainder(dividingBy: 10)
        return tenth == 0 ? "\(whole)" : "\(whole).\(tenth)"
    }
}
