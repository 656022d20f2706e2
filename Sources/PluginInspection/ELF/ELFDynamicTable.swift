internal import CLibELF

/// What the dynamic linker is told about a shared object. Follows the gABI, chapter 5, "Dynamic
/// Section".
struct ELFDynamicTable {
    /// More entries than any linker writes; bounds the work on a hostile file.
    private static let maximumEntries = 4096

    private let entries: [(tag: Int64, value: UInt64)]
    /// The part of the file that holds the names.
    let strings: Range<UInt64>
    /// Libraries that have to be loaded first, in order. Corresponds to DT_NEEDED.
    let neededLibraries: [String]

    init(of image: ELFImage, _ segments: ELFSegments) throws(InspectionError) {
        guard let segment = segments.first(of: PT_DYNAMIC) else {
            throw InspectionError(.notSharedObject, found: "an ELF file without a dynamic table")
        }
        guard segments.file(at: segment.address)?.lowerBound == segment.file.lowerBound,
            let data = image.chunk(segment.file, ELF_T_DYN)
        else {
            throw InspectionError(
                .malformed, subject: "the dynamic table", found: "is not in a loaded segment")
        }
        guard segment.file.count / MemoryLayout<Elf64_Dyn>.size <= Self.maximumEntries else {
            throw InspectionError(
                .malformed, subject: "the dynamic table", found: "has \(segment.file.count) bytes")
        }
        var entries: [(tag: Int64, value: UInt64)] = []
        for index in 0..<segment.file.count / MemoryLayout<Elf64_Dyn>.size {
            var entry = GElf_Dyn()
            guard gelf_getdyn(data, Int32(truncatingIfNeeded: index), &entry) != nil, entry.d_tag != 0
            else { break }
            entries.append((entry.d_tag, entry.d_un.d_val))
        }
        self.entries = entries
        func value(_ tag: Int32) -> UInt64? { entries.first { $0.tag == Int64(tag) }?.value }
        guard let address = value(DT_STRTAB), let size = value(DT_STRSZ),
            let available = segments.file(at: address), size <= UInt64(available.count)
        else {
            throw InspectionError(
                .malformed, subject: "the string table", found: "is not in a loaded segment")
        }
        strings = available.lowerBound..<available.lowerBound + size
        var neededLibraries: [String] = []
        for entry in entries where entry.tag == Int64(DT_NEEDED) {
            guard let name = Self.name(entry.value, in: strings, image) else {
                throw InspectionError(
                    .malformed, subject: "the name of a needed library", found: "is not in the string table")
            }
            neededLibraries.append(name)
        }
        self.neededLibraries = neededLibraries
    }

    /// The value of the first entry with that tag.
    subscript(tag: Int32) -> UInt64? { entries.first { $0.tag == Int64(tag) }?.value }

    /// The name at an offset of the string table; nil when it does not end inside the table.
    func name(_ offset: UInt64, _ image: ELFImage) -> String? { Self.name(offset, in: strings, image) }

    /// True for a position-independent executable, which is ET_DYN as well and which `dlopen()`
    /// refuses. Linkers that do not set DF_1_PIE give executables an interpreter and no soname.
    func isExecutable(_ segments: ELFSegments) -> Bool {
        if let flags = self[DT_FLAGS_1], flags & UInt64(DF_1_PIE) != 0 { return true }
        return segments.first(of: PT_INTERP) != nil && self[DT_SONAME] == nil
    }

    private static func name(_ offset: UInt64, in strings: Range<UInt64>, _ image: ELFImage) -> String? {
        let (position, overflow) = strings.lowerBound.addingReportingOverflow(offset)
        return overflow ? nil : image.text(at: position, before: strings.upperBound)
    }
}
