internal import CLibELF

/// The symbols that `dlsym()` can find, reached through the dynamic table. Follows the gABI, chapter
/// 5, "Symbol Table" and "Hash Table", and the GNU hash table of binutils.
struct ELFDynamicSymbols {
    private let image: ELFImage
    private let segments: ELFSegments
    private let dynamic: ELFDynamicTable
    private let data: UnsafeMutablePointer<Elf_Data>
    private let count: UInt64

    init(of image: ELFImage, _ segments: ELFSegments, _ dynamic: ELFDynamicTable) throws(InspectionError) {
        self.image = image
        self.segments = segments
        self.dynamic = dynamic
        let entrySize = UInt64(MemoryLayout<Elf64_Sym>.size)
        guard dynamic[DT_SYMENT] ?? entrySize == entrySize, let address = dynamic[DT_SYMTAB],
            let available = segments.file(at: address)
        else { throw Self.malformed("is not in a loaded segment") }
        guard let count = Self.count(image, segments, dynamic) else {
            throw Self.malformed("has no hash table that gives its length")
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: entrySize)
        guard !overflow, size <= UInt64(available.count),
            let data = image.chunk(available.lowerBound..<available.lowerBound + size, ELF_T_SYM)
        else { throw Self.malformed("with \(count) symbols runs over the end of its segment") }
        self.data = data
        self.count = count
    }

    /// Refuses an entry unless it is a defined function that can be called from outside.
    func checkEntry(_ symbol: String) throws(InspectionError) {
        var refusal: InspectionError?
        for index in 0..<count {
            var entry = GElf_Sym()
            guard gelf_getsym(data, Int32(truncatingIfNeeded: index), &entry) != nil,
                dynamic.name(UInt64(entry.st_name), image) == symbol
            else { continue }
            guard let fault = fault(of: entry, symbol) else { return }
            refusal = refusal ?? fault
        }
        throw refusal ?? InspectionError(.entryMissing, subject: symbol)
    }

    /// Names of everything else that the object offers to others, in the order of the table, besides
    /// `entries` and what the linker adds itself; how many, and the first of them.
    func exports(besides entries: Set<String>, atMost limit: Int) -> (count: Int, names: [String]) {
        var names: [String] = []
        var total = 0
        for index in 0..<count {
            var entry = GElf_Sym()
            let visible = [STV_DEFAULT, STV_PROTECTED]
            guard gelf_getsym(data, Int32(truncatingIfNeeded: index), &entry) != nil,
                Int32(entry.st_info >> 4) != STB_LOCAL, Int32(entry.st_shndx) != SHN_UNDEF,
                visible.contains(Int32(entry.st_other & 0x3)),
                let name = dynamic.name(UInt64(entry.st_name), image), !name.isEmpty,
                !entries.contains(name), !Self.linkersOwn.contains(name)
            else { continue }
            total += 1
            if names.count < limit { names.append(name) }
        }
        return (total, names)
    }

    /// Names of functions and variables that some other object must define before this one can be loaded, in the order
    /// of the table. Weak ones need not be defined.
    func undefined(atMost limit: Int) -> [String] {
        var names: [String] = []
        for index in 0..<count {
            var entry = GElf_Sym()
            guard names.count < limit, gelf_getsym(data, Int32(truncatingIfNeeded: index), &entry) != nil,
                Int32(entry.st_info >> 4) == STB_GLOBAL, Int32(entry.st_shndx) == SHN_UNDEF,
                let name = dynamic.name(UInt64(entry.st_name), image), !name.isEmpty
            else { continue }
            names.append(name)
        }
        return names
    }

    private static let linkersOwn: Set<String> = [
        "_init", "_fini", "_edata", "_end", "__bss_start", "__bss_start__", "__bss_end__", "__end__",
        "_bss_end__",
    ]

    private func fault(of entry: GElf_Sym, _ symbol: String) -> InspectionError? {
        if Int32(entry.st_info >> 4) == STB_LOCAL { return InspectionError(.entryMissing, subject: symbol) }
        if Int32(entry.st_shndx) == SHN_UNDEF { return InspectionError(.entryUndefined, subject: symbol) }
        let type = Int32(entry.st_info & 0xf)
        guard type == STT_FUNC || type == STT_GNU_IFUNC else {
            return InspectionError(.entryNotFunction, subject: symbol, found: Self.typeName(type))
        }
        let visibility = Int32(entry.st_other & 0x3)
        guard visibility == STV_DEFAULT || visibility == STV_PROTECTED else {
            return InspectionError(
                .entryNotVisible, subject: symbol, found: Self.visibilityName(visibility))
        }
        guard segments.isExecutable(entry.st_value) else {
            return InspectionError(
                .malformed, subject: "the function \(symbol)", found: "lies outside the code")
        }
        return nil
    }

    /// The number of symbols, which no entry of the dynamic table gives directly.
    private static func count(
        _ image: ELFImage, _ segments: ELFSegments, _ dynamic: ELFDynamicTable
    ) -> UInt64? {
        // DT_HASH is nbucket, nchain, ...; there is one chain word for each symbol.
        if let address = dynamic[DT_HASH], let table = segments.file(at: address), table.count >= 8 {
            return image.load(table.lowerBound + 4, as: UInt32.self).map { UInt64($0) }
        }
        if let address = dynamic[DT_GNU_HASH], let table = segments.file(at: address) {
            return gnuCount(image, table)
        }
        return nil
    }

    /// The GNU table is nbuckets, symoffset, bloom_size, bloom_shift, 8 * bloom_size bytes, the
    /// buckets, and a chain word for each symbol from symoffset on; bit 0 ends a chain. The last
    /// symbol ends the chain that begins at the highest bucket.
    private static func gnuCount(_ image: ELFImage, _ table: Range<UInt64>) -> UInt64? {
        func word(_ offset: UInt64) -> UInt32? {
            let (end, overflow) = offset.addingReportingOverflow(4)
            guard !overflow, end <= UInt64(table.count) else { return nil }
            return image.load(table.lowerBound + offset, as: UInt32.self)
        }
        guard let bucketCount = word(0), let firstHashed = word(4), let bloomSize = word(8) else {
            return nil
        }
        let buckets = 16 + 8 * UInt64(bloomSize)
        let chains = buckets + 4 * UInt64(bucketCount)
        var last: UInt32 = 0
        for index in 0..<UInt64(bucketCount) {
            guard let bucket = word(buckets + 4 * index) else { return nil }
            last = max(last, bucket)
        }
        guard last >= firstHashed else { return UInt64(firstHashed) }
        var symbol = UInt64(last)
        while let chain = word(chains + 4 * (symbol - UInt64(firstHashed))) {
            symbol += 1
            if chain & 1 != 0 { return symbol }
        }
        return nil
    }

    private static func malformed(_ found: String) -> InspectionError {
        InspectionError(.malformed, subject: "the dynamic symbol table", found: found)
    }

    private static func typeName(_ type: Int32) -> String {
        switch type {
        case STT_OBJECT: "data"
        case STT_TLS: "thread-local data"
        default: "a symbol of type \(type)"
        }
    }

    private static func visibilityName(_ visibility: Int32) -> String {
        visibility == STV_HIDDEN ? "hidden" : "internal"
    }
}
