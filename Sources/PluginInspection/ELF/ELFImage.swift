internal import CLibELF

/// A private copy of an ELF file and libelf's view of it.
///
/// Nothing of the copy is ever loaded or run. A mapping is avoided because a file that shrinks
/// under a mapping ends the process with SIGBUS. Used by one thread at a time, as libelf demands.
final class ELFImage {
    let bytes: UnsafeMutableRawBufferPointer
    /// FNV-1a, 64 bits, of the whole copy as it is at the first use.
    private(set) lazy var contentHash = UnsafeRawBufferPointer(bytes)
        .reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    private(set) var elf: OpaquePointer?

    /// libelf wants to be told once which version its caller was written for.
    private static let isLibraryUsable = elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE)

    /// Takes over `bytes`, which must come from `allocate(byteCount:alignment:)`.
    init(adopting bytes: UnsafeMutableRawBufferPointer) {
        self.bytes = bytes
    }

    deinit {
        if let elf { elf_end(elf) }
        bytes.deallocate()
    }

    /// Hands the copy to libelf without its section table.
    ///
    /// A plugin is judged by what the dynamic linker sees, and the linker does not look at sections:
    /// they may be stripped or lie. Without the table no size in it reaches libelf either.
    func begin() throws(InspectionError) {
        guard bytes.count >= MemoryLayout<Elf64_Ehdr>.size else {
            throw truncated("the ELF header", endsAt: UInt64(MemoryLayout<Elf64_Ehdr>.size))
        }
        for field in [
            MemoryLayout<Elf64_Ehdr>.offset(of: \.e_shoff).map { $0..<$0 + 8 },
            MemoryLayout<Elf64_Ehdr>.offset(of: \.e_shnum).map { $0..<$0 + 2 },
            MemoryLayout<Elf64_Ehdr>.offset(of: \.e_shstrndx).map { $0..<$0 + 2 },
        ] {
            for index in field ?? 0..<0 { bytes[index] = 0 }
        }
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        if Self.isLibraryUsable { elf = elf_memory(start, bytes.count) }
        // A file that libelf does not know gets a handle all the same, one of another kind.
        guard let elf, elf_kind(elf) == ELF_K_ELF else {
            throw InspectionError(.malformed, subject: "the ELF header", found: "is refused by libelf")
        }
    }

    /// A piece of the file in the host's representation; nil outside the file.
    func chunk(_ range: Range<UInt64>, _ type: Elf_Type) -> UnsafeMutablePointer<Elf_Data>? {
        guard range.upperBound <= UInt64(bytes.count), !range.isEmpty,
            let start = Int64(exactly: range.lowerBound)
        else { return nil }
        return elf_getdata_rawchunk(elf, start, range.count, type)
    }

    /// An unsigned little-endian number; nil when it does not lie inside the file.
    func load<Number: FixedWidthInteger>(_ offset: UInt64, as type: Number.Type) -> Number? {
        let (end, overflow) = offset.addingReportingOverflow(UInt64(MemoryLayout<Number>.size))
        guard !overflow, end <= UInt64(bytes.count) else { return nil }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: Int(offset), as: type))
    }

    /// Longer than any library or function name that matters here.
    private static let longestText: UInt64 = 4096

    /// The text from `offset` to the next NUL before `end`; nil without one in the first 4096 bytes.
    func text(at offset: UInt64, before end: UInt64) -> String? {
        guard offset < end, end <= UInt64(bytes.count) else { return nil }
        let rest = bytes[Int(offset)..<Int(min(end, offset + Self.longestText))]
        guard let terminator = rest.firstIndex(of: 0) else { return nil }
        return String(decoding: rest[..<terminator], as: UTF8.self)
    }

    /// Refuses a part that would end after the file, or after the address space (`end` nil).
    func truncated(_ subject: String, endsAt end: UInt64?) -> InspectionError {
        InspectionError(
            .truncated, subject: subject, found: "\(bytes.count)",
            expected: end.map { "\($0)" } ?? "2^64 or later")
    }
}
