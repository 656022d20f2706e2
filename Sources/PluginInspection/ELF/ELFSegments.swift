internal import CLibELF

/// The program header table. Follows the gABI, chapter 5, "Program Header".
///
/// Every range in it lies inside the file: a shared object whose last pages are missing is mapped
/// without complaint by `dlopen()` and ends the process with SIGBUS at the first touch.
struct ELFSegments {
    struct Segment {
        let type: UInt32
        let flags: UInt32
        let alignment: UInt64
        let address: UInt64
        /// Bytes from the start of the file; inside it.
        let file: Range<UInt64>
        let isMapped: Bool
    }

    let all: [Segment]
    /// Type and flags of every segment, those too that only say something.
    private let marks: [(type: UInt32, flags: UInt32)]

    init(of image: ELFImage) throws(InspectionError) {
        var count = 0
        guard elf_getphdrnum(image.elf, &count) == 0 else {
            throw InspectionError(
                .malformed, subject: "the program header table", found: "is refused by libelf")
        }
        var all: [Segment] = []
        var marks: [(type: UInt32, flags: UInt32)] = []
        for index in 0..<count {
            var header = GElf_Phdr()
            guard gelf_getphdr(image.elf, Int32(truncatingIfNeeded: index), &header) != nil else {
                throw InspectionError(.malformed, subject: "segment \(index)", found: "cannot be read")
            }
            marks.append((header.p_type, header.p_flags))
            if let segment = try Self.segment(header, index, image) { all.append(segment) }
        }
        self.all = all
        self.marks = marks
    }

    /// The part of the file that stands at `address` once loaded, up to the end of its segment;
    /// nil when none does.
    func file(at address: UInt64) -> Range<UInt64>? {
        for segment in all where segment.isMapped && address >= segment.address {
            let distance = address - segment.address
            guard distance < UInt64(segment.file.count) else { continue }
            return segment.file.lowerBound + distance..<segment.file.upperBound
        }
        return nil
    }

    /// Where a byte of the file stands once loaded; nil when it is not.
    func address(ofFileOffset offset: UInt64) -> UInt64? {
        all.first { $0.isMapped && $0.file.contains(offset) }.map { segment in
            segment.address &+ (offset - segment.file.lowerBound)
        }
    }

    /// True when code at `address` could run.
    func isExecutable(_ address: UInt64) -> Bool {
        all.contains { segment in
            segment.isMapped && segment.flags & UInt32(PF_X) != 0 && address >= segment.address
                && address - segment.address < UInt64(segment.file.count)
        }
    }

    func first(of type: Int32) -> Segment? { all.first { $0.type == UInt32(type) } }

    /// The flags of the first segment of a type, which may have no bytes in the file.
    func flags(of type: Int32) -> UInt32? { marks.first { $0.type == UInt32(type) }?.flags }

    private static func segment(
        _ header: GElf_Phdr, _ index: Int, _ image: ELFImage
    ) throws(InspectionError) -> Segment? {
        let isMapped = header.p_type == UInt32(PT_LOAD)
        guard [PT_LOAD, PT_DYNAMIC, PT_NOTE, PT_INTERP].contains(where: { UInt32($0) == header.p_type })
        else { return nil }
        let (end, overflow) = header.p_offset.addingReportingOverflow(header.p_filesz)
        guard !overflow, end <= UInt64(image.bytes.count) else {
            throw image.truncated("segment \(index)", endsAt: overflow ? nil : end)
        }
        guard !isMapped || header.p_filesz <= header.p_memsz else {
            throw InspectionError(
                .malformed, subject: "segment \(index)",
                found: "has \(header.p_filesz) bytes in the file but \(header.p_memsz) in memory")
        }
        return Segment(
            type: header.p_type, flags: header.p_flags, alignment: header.p_align,
            address: header.p_vaddr, file: header.p_offset..<end, isMapped: isMapped)
    }
}
