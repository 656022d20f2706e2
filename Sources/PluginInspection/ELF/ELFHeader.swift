internal import CLibELF

/// The checks that the ELF header alone allows. Follows the gABI, chapter 4, "ELF Header".
enum ELFHeader {
    #if arch(x86_64)
        private static let hostMachine = UInt16(EM_X86_64)
    #elseif arch(arm64)
        private static let hostMachine = UInt16(EM_AARCH64)
    #endif

    /// More segments than any linker writes; bounds the work on a hostile file.
    private static let maximumSegments: UInt16 = 256

    /// Refuses what is not ELF, or is for another machine, and opens the image in libelf.
    static func check(_ image: ELFImage) throws(InspectionError) {
        let bytes = image.bytes
        guard !bytes.isEmpty else { throw InspectionError(.empty) }
        let magic: [UInt8] = [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]
        guard bytes.starts(with: magic) else { throw InspectionError(.notELF) }
        guard bytes.count >= Int(EI_NIDENT) else {
            throw image.truncated("the ELF header", endsAt: UInt64(MemoryLayout<Elf64_Ehdr>.size))
        }
        guard bytes[Int(EI_CLASS)] == UInt8(ELFCLASS64) else { throw InspectionError(.wrongClass) }
        guard bytes[Int(EI_DATA)] == UInt8(ELFDATA2LSB) else {
            throw InspectionError(.wrongByteOrder, expected: machineName(hostMachine))
        }
        try image.begin()
        var header = GElf_Ehdr()
        guard gelf_getehdr(image.elf, &header) != nil, header.e_version == UInt32(EV_CURRENT) else {
            throw InspectionError(.malformed, subject: "the ELF header", found: "has an unknown version")
        }
        guard header.e_machine == hostMachine else {
            throw InspectionError(
                .wrongMachine, found: machineName(header.e_machine), expected: machineName(hostMachine))
        }
        guard header.e_type == UInt16(ET_DYN) else {
            throw InspectionError(.notSharedObject, found: typeName(header.e_type))
        }
        try checkProgramHeaderTable(header, in: image)
    }

    /// Whether the dynamic linker of this process could take the file.
    static func isForThisMachine(_ header: Elf64_Ehdr) -> Bool {
        let identity = header.e_ident
        return (identity.0, identity.1, identity.2, identity.3)
            == (0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F"))
            && identity.4 == UInt8(ELFCLASS64) && identity.5 == UInt8(ELFDATA2LSB)
            && header.e_machine == hostMachine
    }

    private static func checkProgramHeaderTable(
        _ header: GElf_Ehdr, in image: ELFImage
    ) throws(InspectionError) {
        func malformed(_ found: String) -> InspectionError {
            InspectionError(.malformed, subject: "the program header table", found: found)
        }
        guard header.e_phnum > 0 else { throw malformed("is empty") }
        guard header.e_phnum <= maximumSegments else { throw malformed("has \(header.e_phnum) entries") }
        guard header.e_phentsize == UInt16(MemoryLayout<Elf64_Phdr>.size) else {
            throw malformed("has entries of \(header.e_phentsize) bytes")
        }
        let size = UInt64(header.e_phnum) * UInt64(header.e_phentsize)
        let (end, overflow) = header.e_phoff.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(image.bytes.count) else {
            throw image.truncated("the program header table", endsAt: overflow ? nil : end)
        }
    }

    private static func typeName(_ type: UInt16) -> String {
        switch Int32(type) {
        case ET_REL: "an object file"
        case ET_EXEC: "an executable"
        case ET_CORE: "a core dump"
        default: "of ELF type \(type)"
        }
    }

    private static func machineName(_ machine: UInt16) -> String {
        switch Int32(machine) {
        case EM_X86_64: "x86_64"
        case EM_AARCH64: "aarch64"
        case EM_386: "i386"
        case EM_ARM: "arm"
        case EM_RISCV: "riscv"
        case EM_PPC64: "ppc64"
        default: "machine \(machine)"
        }
    }
}
