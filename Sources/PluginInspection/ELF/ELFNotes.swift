internal import CLibELF

/// The notes of a file, found through its PT_NOTE segments. Follows the gABI, chapter 5, "Note
/// Section"; the section table, which `strip` may remove, is not needed.
struct ELFNotes {
    struct Note {
        let owner: String
        let type: UInt32
        /// Bytes from the start of the file; inside it.
        let description: Range<UInt64>
    }

    /// Larger than any note segment of a linker; bounds the work on a hostile file.
    private static let maximumSegmentSize = 1 << 20

    let all: [Note]

    init(of image: ELFImage, _ segments: ELFSegments) throws(InspectionError) {
        var all: [Note] = []
        for segment in segments.all where segment.type == UInt32(PT_NOTE) && !segment.file.isEmpty {
            guard segment.file.count <= Self.maximumSegmentSize else {
                throw Self.malformed(segment, "has \(segment.file.count) bytes")
            }
            // GNU ld gives notes of different alignment segments of their own, gold puts them into
            // one. There the four-byte walk is right: notes of alignment 8 have sizes that fit both.
            if let notes = Self.notes(in: segment.file, ELF_T_NHDR, image) {
                all += notes
            } else if segment.alignment == 8, let notes = Self.notes(in: segment.file, ELF_T_NHDR8, image) {
                all += notes
            } else {
                throw Self.malformed(segment, "has a note that runs over its end")
            }
        }
        self.all = all
    }

    func named(_ owner: String, type: UInt32) -> [Note] {
        all.filter { $0.owner == owner && $0.type == type }
    }

    /// Walks over one segment; nil when the last note does not end with it.
    private static func notes(in range: Range<UInt64>, _ type: Elf_Type, _ image: ELFImage) -> [Note]? {
        guard let data = image.chunk(range, type) else { return nil }
        var notes: [Note] = []
        var position = 0
        while position < range.count {
            var header = GElf_Nhdr()
            var name = 0
            var description = 0
            let next = gelf_getnote(data, position, &header, &name, &description)
            let end = description.addingReportingOverflow(Int(header.n_descsz))
            let nameEnd = name.addingReportingOverflow(Int(header.n_namesz))
            guard next > position, !end.overflow, end.partialValue <= range.count,
                !nameEnd.overflow, nameEnd.partialValue <= range.count
            else { return nil }
            let start = Int(range.lowerBound)
            let owner = image.bytes[start + name..<start + nameEnd.partialValue].prefix { $0 != 0 }
            notes.append(
                Note(
                    owner: String(decoding: owner, as: UTF8.self), type: header.n_type,
                    description: range.lowerBound + UInt64(description)..<range.lowerBound
                        + UInt64(end.partialValue)))
            position = next
        }
        return notes
    }

    private static func malformed(_ segment: ELFSegments.Segment, _ found: String) -> InspectionError {
        InspectionError(
            .malformed, subject: "the note segment at byte \(segment.file.lowerBound)", found: found)
    }
}
