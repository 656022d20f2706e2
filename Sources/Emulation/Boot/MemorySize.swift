public import PhysicalMemory
import TextSupport

/// A size or address in bytes, as the command line and every file of devemu writes it: `4096`, `512M`,
/// `512MiB`, `1.5G`, `63.3M`, `0x40000000`.
///
/// Units are powers of 1024. Digits with K, M, G, T, P or E and hexadecimal numbers are what memparse() in
/// Linux 6.1 lib/cmdline.c reads; a fraction and the ending iB are devemu's own.
public struct MemorySize: Sendable, Hashable {
    /// Why a text is not a size; one line, with what would be right.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    public var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    private static let units = Array("KMGTPE".utf8)
    private static let limit = 1 << 62 - 1

    /// Reads digits, with a point and more digits before a unit, and one of K, M, G, T, P and E in either
    /// case, alone or as KiB, MiB and so on; or 0x and hexadecimal digits.
    ///
    /// A fraction that does not come out in whole bytes is rounded up to the next byte, so that nothing of
    /// what was asked for is lost.
    /// - Throws: `Refusal` for anything else, for MB and the like, which stand for two sizes, and for what
    ///   does not fit in 62 bits.
    public init(reading text: String) throws(Refusal) {
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        let bytes = try isHexadecimal ? Self.hexadecimal(text) : Self.decimalBytes(text)
        guard let bytes else { throw Refusal(description: "\(quoted(text)) is more than 4 EiB; write 64M") }
        self.bytes = bytes
    }

    /// The same, nil for what is refused.
    public init?(parsing text: String) { try? self.init(reading: text) }

    private static func hexadecimal(_ text: String) throws(Refusal) -> Int? {
        let digits = text.utf8.dropFirst(2)
        guard !digits.isEmpty, digits.allSatisfy({ isHexadecimalDigit($0) }) else {
            throw Refusal(description: "\(quoted(text)) is not a hexadecimal number; write 0x40000000")
        }
        return Int(Substring(digits), radix: 16).flatMap { $0 <= limit ? $0 : nil }
    }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte | 0x20)
    }

    /// Nil for what is too large.
    private static func decimalBytes(_ text: String) throws(Refusal) -> Int? {
        let number = text.utf8.prefix { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw Refusal(description: "\(quoted(text)) is not a size; write 64M, 512MiB or 1.5G")
        }
        let shift = try shift(of: text.utf8[number.endIndex...], in: text)
        guard let whole = Int(Substring(parts[0])), whole <= limit >> shift else { return nil }
        guard parts.count == 2 else { return whole << shift }
        guard shift > 0 else {
            throw Refusal(
                description: "\(quoted(text)) has no unit, and bytes are whole; write \(text.prefix(20))M")
        }
        let part = try fraction(parts[1], shift: shift, in: text)
        let (sum, overflow) = (whole << shift).addingReportingOverflow(part)
        return overflow || sum > limit ? nil : sum
    }

    /// Digits after a point, in bytes of a unit, rounded up.
    private static func fraction(
        _ digits: Substring.UTF8View, shift: Int, in text: String
    ) throws(Refusal) -> Int {
        let places = digits.reversed().drop { $0 == UInt8(ascii: "0") }.reversed()
        guard places.count <= 18 else {
            throw Refusal(description: "\(quoted(text)) has more than 18 decimals; write 64M, 512MiB or 1.5G")
        }
        var numerator: UInt64 = 0
        var denominator: UInt64 = 1
        for digit in places {
            numerator = numerator * 10 + UInt64(digit - UInt8(ascii: "0"))
            denominator *= 10
        }
        let part = denominator.dividingFullWidth(numerator.multipliedFullWidth(by: 1 << UInt64(shift)))
        return Int(part.quotient) + (part.remainder == 0 ? 0 : 1)
    }

    /// log2 of the unit.
    private static func shift(of unit: Substring.UTF8View, in text: String) throws(Refusal) -> Int {
        guard let letter = unit.first else { return 0 }
        let power = units.firstIndex(of: letter & ~0x20)
        let rest = unit.dropFirst().map { $0 | 0x20 }
        if let power, rest.isEmpty || rest == Array("ib".utf8) { return 10 * (power + 1) }
        if power != nil, rest == [UInt8(ascii: "b")] {
            let whole = String(text.dropLast())
            throw Refusal(
                description:
                    "\(quoted(text)) can mean powers of 1000 or of 1024; write \(whole) or \(whole)iB")
        }
        throw Refusal(
            description:
                "\(quoted(text)) is not a size: the units are K, M, G, T, P and E, also as KiB, MiB and "
                + "so on; write 64M, 512MiB or 1.5G")
    }

    /// Whole pages of ``PhysicalMemory/PageGeometry/standard``, rounded up.
    public var pages: Int { pages(of: .standard) }

    /// Whole pages, rounded up.
    public func pages(of geometry: PageGeometry) -> Int { geometry.pages(holding: bytes) }
}

/// `cma=nn[MG]@[start[MG]][-end[MG]]` of the kernel's command line, placed in a machine's memory.
public struct AreaPlacement: Sendable, Hashable {
    /// Why a text is no usable placement; one line, with what would be right.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    public var geometry: AreaGeometry

    /// Reads `text` and places the area; without a start it goes as high as fits, as memblock's
    /// top-down search puts it.
    ///
    /// The size is rounded up to whole pageblocks; a start that is not on a pageblock is refused.
    /// Follows early_cma() in kernel/dma/contiguous.c and cma_declare_contiguous_nid() in mm/cma.c of
    /// Linux 6.1.
    /// - Parameter pageGeometry: of the machine's memory; an area starts and ends on a pageblock of it.
    public init(
        parsing text: String, memoryPages: Int, of pageGeometry: PageGeometry = .standard
    ) throws(Refusal) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let size = MemorySize(parsing: String(parts[0])), size.bytes > 0 else {
            throw Refusal(
                description: "'\(text)': the size is not a number with K, M or G above 0; write 64M@256M")
        }
        let block = pageGeometry.blockPages
        let machine = "a machine of \(pageGeometry.mebibytes(of: memoryPages)) MiB"
        guard size.pages(of: pageGeometry) <= memoryPages else {
            throw Refusal(
                description: "'\(text)' does not fit in \(machine)")
        }
        let pages = pageGeometry.wholeBlocks(holding: size.pages(of: pageGeometry))
        var window = 0..<memoryPages
        var fixed = false
        if parts.count == 2 {
            let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let start = MemorySize(parsing: String(ends[0])) else {
                throw Refusal(
                    description: "'\(text)': the start is not a number with K, M or G; write 64M@256M")
            }
            guard start.bytes % pageGeometry.bytes(of: block) == 0 else {
                throw Refusal(
                    description:
                        "'\(text)': the start is not a multiple of a pageblock (\(pageGeometry.mebibytes(of: block))M)"
                )
            }
            fixed = ends.count == 1
            let first = start.pages(of: pageGeometry)
            window = first..<max(first, fixed ? first + pages : memoryPages)
            if ends.count == 2 {
                guard let end = MemorySize(parsing: String(ends[1])), end.bytes >= start.bytes else {
                    throw Refusal(description: "'\(text)': the end lies before the start, or is not a number")
                }
                window = first..<max(first, min(end.pages(of: pageGeometry), memoryPages))
            }
        }
        let top = min(window.upperBound, memoryPages)
        let base = fixed ? window.lowerBound : (top - pages) / block * block
        let kernel = Kernel.standard.boot.kernelPages(of: memoryPages)
        guard base < window.lowerBound || base >= kernel else {
            throw Refusal(
                description:
                    "'\(text)' lies in the kernel's own memory, the first \(pageGeometry.mebibytes(of: kernel) + 1) MiB"
            )
        }
        guard base >= window.lowerBound, base + pages <= top,
            let geometry = AreaGeometry(basePFN: base, pages: pages)
        else {
            throw Refusal(
                description: "'\(text)' does not fit in \(machine)")
        }
        self.geometry = geometry
    }
}
