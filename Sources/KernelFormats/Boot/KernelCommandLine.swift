/// What a kernel's command line says of contiguous areas. Follows early_cma() in kernel/dma/contiguous.c,
/// cmdline_parse_hugetlb_cma() in mm/hugetlb.c and memparse() in lib/cmdline.c of Linux 6.1.
public struct KernelCommandLine: Sendable, Equatable {
    /// `cma=size[@start[-end]]`, bytes.
    public struct Area: Sendable, Equatable {
        /// 0 for no area.
        public var size: UInt64
        public var base: UInt64 = 0
        /// The area ends there at the latest; 0 for anywhere.
        public var limit: UInt64 = 0
    }

    /// Why a setting cannot be read, and where it stands, both 1-based.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        public var line: Int
        public var column: Int
        public var reason: String

        public var description: String { reason }
    }

    /// Nil when the command line does not say.
    public private(set) var cma: Area?
    /// Bytes of gigantic pages to set aside, on a machine with one node; nil when it does not say.
    public private(set) var hugePages: UInt64?

    /// A command line that says nothing.
    public init() {}

    /// Reads settings apart by white space; others than these two are passed over. A later setting
    /// replaces an earlier one, but as in the kernel a `cma=` without a start leaves that of the earlier.
    public init(parsing text: String) throws(Failure) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            var isQuoted = false
            let words = line.split { character in
                if character == "\"" { isQuoted.toggle() }
                return !isQuoted && (character == " " || character == "\t")
            }
            for word in words {
                // What follows belongs to the first process.
                guard word != "--" else { return }
                let column = line.distance(from: line.startIndex, to: word.startIndex) + 1
                func refuse(_ reason: String) -> Failure {
                    Failure(line: index + 1, column: column, reason: reason)
                }
                let name = word.prefix { $0 != "=" }
                guard name.endIndex != word.endIndex else { continue }
                let value = word[word.index(after: name.endIndex)...]
                switch name {
                case "cma": cma = try Self.area(value, after: cma, refuse)
                case "hugetlb_cma": hugePages = try Self.hugePages(value, refuse)
                default: break
                }
            }
        }
    }

    private static func area(
        _ text: Substring, after earlier: Area?, _ refuse: (String) -> Failure
    ) throws(Failure) -> Area {
        let right = "write cma=64M, cma=64M@256M or cma=64M@256M-512M"
        var rest = text
        guard let size = memparse(&rest) else { throw refuse("cma=\(shown(text)): no size; \(right)") }
        var area = earlier ?? Area(size: 0)
        area.size = size
        if rest.first == "@" {
            rest.removeFirst()
            guard let base = memparse(&rest) else { throw refuse("cma=\(shown(text)): no start; \(right)") }
            area.base = base
            area.limit = base.addingReportingOverflow(size).partialValue
            if rest.first == "-" {
                rest.removeFirst()
                guard let end = memparse(&rest) else { throw refuse("cma=\(shown(text)): no end; \(right)") }
                area.limit = end
            }
        }
        guard rest.isEmpty else { throw refuse("cma=\(shown(text)): '\(shown(rest))' is too much; \(right)") }
        return area
    }

    /// `size` or `node:size,…`, of which a machine with one node has node 0.
    private static func hugePages(_ text: Substring, _ refuse: (String) -> Failure) throws(Failure) -> UInt64
    {
        let right = "write hugetlb_cma=2G or hugetlb_cma=0:2G"
        var total: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            var rest = sides[sides.count - 1]
            guard let size = memparse(&rest), rest.isEmpty, sides.count == 2 || part.count == text.count
            else {
                throw refuse("hugetlb_cma=\(shown(text)): no size; \(right)")
            }
            if sides.count == 2 {
                guard let node = Int(sides[0]), node >= 0 else {
                    throw refuse("hugetlb_cma=\(shown(text)): '\(shown(sides[0]))' is no node; \(right)")
                }
                guard node == 0 else { continue }
            }
            let (sum, overflow) = total.addingReportingOverflow(size)
            guard !overflow else { throw refuse("hugetlb_cma=\(shown(text)): more than 2^64 bytes") }
            total = sum
        }
        return total
    }

    /// A number, decimal, octal after 0 or hexadecimal after 0x, and a suffix of K, M, G, T, P or E. What
    /// follows is left; nil without a digit, or above 2^64 bytes.
    static func memparse(_ text: inout Substring) -> UInt64? {
        var rest = text
        var radix = 10
        if rest.hasPrefix("0x") || rest.hasPrefix("0X") {
            radix = 16
            rest = rest.dropFirst(2)
        } else if rest.hasPrefix("0"), rest.dropFirst().first?.isWholeNumber == true {
            radix = 8
        }
        let digits = rest.prefix { $0.isASCII && $0.hexDigitValue.map { $0 < radix } == true }
        guard var number = UInt64(digits, radix: radix) else { return nil }
        rest = rest[digits.endIndex...]
        if let letter = rest.first?.uppercased(),
            let power = ["K", "M", "G", "T", "P", "E"].firstIndex(of: letter)
        {
            let (product, overflow) = number.multipliedReportingOverflow(by: 1 << UInt64(10 * (power + 1)))
            guard !overflow else { return nil }
            number = product
            rest = rest.dropFirst()
        }
        text = rest
        return number
    }

    /// At most 40 characters of what was written, for a message.
    private static func shown(_ text: Substring) -> String {
        String(text.prefix(40)) + (text.count > 40 ? "…" : "")
    }
}
