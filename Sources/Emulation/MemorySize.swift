public import PhysicalMemory

/// A size or address in bytes as the kernel's command line writes it.
public struct MemorySize: Sendable, Hashable {
    public static let pageBytes = 4096

    public var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    /// Reads decimal digits and an optional suffix K, M, G, T, P or E (powers of 1024, either case).
    /// Nil for anything else and for what does not fit in 62 bits. Follows memparse() in Linux 6.1
    /// lib/cmdline.c, for decimal numbers.
    public init?(parsing text: String) {
        var digits = text.utf8[...]
        var shift = 0
        if let last = digits.last, let power = Array("KMGTPE".utf8).firstIndex(of: last & ~0x20) {
            shift = 10 * (power + 1)
            digits = digits.dropLast()
        }
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }),
            let number = Int(Substring(digits)), number <= (1 << 62 - 1) >> shift
        else { return nil }
        bytes = number << shift
    }

    /// Whole pages, rounded up.
    public var pages: Int { bytes / Self.pageBytes + (bytes % Self.pageBytes == 0 ? 0 : 1) }
}

/// `cma=nn[MG]@[start[MG]][-end[MG]]` of the kernel's command line, placed in a machine's memory.
public struct AreaPlacement: Sendable, Hashable {
    /// Why a text is no usable placement; one line, with what would be right.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    /// The pageblock of x86-64 and arm64 with 4 KiB pages: an area starts and ends on one.
    public static let pageblockPages = 512

    public var geometry: AreaGeometry

    /// Reads `text` and places the area; without a start it goes as high as fits, as memblock's
    /// top-down search puts it.
    ///
    /// The size is rounded up to whole pageblocks; a start that is not on a pageblock is refused.
    /// Follows early_cma() in kernel/dma/contiguous.c and cma_declare_contiguous_nid() in mm/cma.c of
    /// Linux 6.1.
    public init(parsing text: String, memoryPages: Int) throws(Refusal) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let size = MemorySize(parsing: String(parts[0])), size.bytes > 0 else {
            throw Refusal(description: "'\(text)': the size is no number with K, M or G; try 64M@256M")
        }
        let block = Self.pageblockPages
        guard size.pages <= memoryPages else {
            throw Refusal(
                description: "'\(text)' does not fit in a machine of \(memoryPages >> 8) MiB")
        }
        let pages = (size.pages + block - 1) / block * block
        var window = 0..<memoryPages
        var fixed = false
        if parts.count == 2 {
            let ends = parts[1].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let start = MemorySize(parsing: String(ends[0])) else {
                throw Refusal(description: "'\(text)': the start is no number with K, M or G; try 64M@256M")
            }
            guard start.bytes % (block * MemorySize.pageBytes) == 0 else {
                throw Refusal(description: "'\(text)': the start is no multiple of a pageblock (2M)")
            }
            fixed = ends.count == 1
            window = start.pages..<max(start.pages, fixed ? start.pages + pages : memoryPages)
            if ends.count == 2 {
                guard let end = MemorySize(parsing: String(ends[1])), end.pages >= start.pages else {
                    throw Refusal(description: "'\(text)': the end lies before the start, or is no number")
                }
                window = start.pages..<max(start.pages, min(end.pages, memoryPages))
            }
        }
        let top = min(window.upperBound, memoryPages)
        let base = fixed ? window.lowerBound : (top - pages) / block * block
        let kernel = Kernel.standard.boot.kernelPages(of: memoryPages)
        guard base < window.lowerBound || base >= kernel else {
            throw Refusal(
                description:
                    "'\(text)' lies in the kernel's own memory, the first \(kernel * 4 / 1024 + 1) MiB")
        }
        guard base >= window.lowerBound, base + pages <= top,
            let geometry = AreaGeometry(basePFN: base, pages: pages)
        else {
            throw Refusal(
                description: "'\(text)' does not fit in a machine of \(memoryPages >> 8) MiB")
        }
        self.geometry = geometry
    }
}
