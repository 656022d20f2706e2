internal import CLibELF

/// The versions of symbols that a shared object requires of others, and those that it defines. Follows
/// the Linux Standard Base, "Symbol Versioning": chains of records, each with the distance to the next.
enum ELFVersions {
    /// A version that a library must define.
    struct Requirement {
        /// The library as DT_NEEDED names it.
        let library: String
        let version: String
        /// The dynamic linker does without it.
        let isWeak: Bool
    }

    /// More versions than any linker writes; bounds the work on a hostile file.
    private static let maximumVersions = 1024

    /// What DT_VERNEED lists, in order.
    static func required(
        by image: ELFImage, _ segments: ELFSegments, _ dynamic: ELFDynamicTable
    ) throws(InspectionError) -> [Requirement] {
        guard let address = dynamic[DT_VERNEED] else { return [] }
        guard let table = Table(image, segments.file(at: address), dynamic) else { throw malformed() }
        var requirements: [Requirement] = []
        // vn_version, vn_cnt, vn_file, vn_aux, vn_next; vna_hash, vna_flags, vna_other, vna_name, vna_next.
        for record in try table.chain(from: 0, next: 12) {
            guard let library = table.name(record + 4), let first = table.word(record + 8) else {
                throw malformed()
            }
            for entry in try table.chain(from: record + UInt64(first), next: 12) {
                guard let version = table.name(entry + 8), let flags = table.half(entry + 4),
                    requirements.count < maximumVersions
                else { throw malformed() }
                requirements.append(
                    Requirement(
                        library: library, version: version, isWeak: flags & UInt16(VER_FLG_WEAK) != 0))
            }
        }
        return requirements
    }

    /// What DT_VERDEF lists, in order; nil for a library without versions, from which the dynamic linker
    /// takes any.
    static func defined(
        by image: ELFImage, _ segments: ELFSegments, _ dynamic: ELFDynamicTable
    ) throws(InspectionError) -> [String]? {
        guard let address = dynamic[DT_VERDEF] else { return nil }
        guard let table = Table(image, segments.file(at: address), dynamic) else { throw malformed() }
        var versions: [String] = []
        // vd_version, vd_flags, vd_ndx, vd_cnt, vd_hash, vd_aux, vd_next; vda_name, vda_next. The first
        // name is the version's own.
        for record in try table.chain(from: 0, next: 16) {
            guard let aux = table.word(record + 12), let version = table.name(record + UInt64(aux)) else {
                throw malformed()
            }
            versions.append(version)
        }
        return versions
    }

    private static func malformed() -> InspectionError {
        InspectionError(
            .malformed, subject: "the table of symbol versions", found: "runs over the end of its segment")
    }

    /// The bytes from the table's address to the end of its segment.
    private struct Table {
        private let image: ELFImage
        private let range: Range<UInt64>
        private let dynamic: ELFDynamicTable

        init?(_ image: ELFImage, _ range: Range<UInt64>?, _ dynamic: ELFDynamicTable) {
            guard let range else { return nil }
            self.image = image
            self.range = range
            self.dynamic = dynamic
        }

        func half(_ offset: UInt64) -> UInt16? { load(offset, as: UInt16.self) }
        func word(_ offset: UInt64) -> UInt32? { load(offset, as: UInt32.self) }

        /// The name whose place in the string table stands at an offset.
        func name(_ offset: UInt64) -> String? {
            word(offset).flatMap { dynamic.name(UInt64($0), image) }
        }

        /// The offsets of a chain's records. The distance to the next is a word `next` bytes into each;
        /// zero ends the chain, and distances never lead back.
        func chain(from start: UInt64, next: UInt64) throws(InspectionError) -> [UInt64] {
            var records = [start]
            var record = start
            while let distance = word(record + next), records.count <= maximumVersions {
                guard distance != 0 else { return records }
                record += UInt64(distance)
                records.append(record)
            }
            throw malformed()
        }

        private func load<Number: FixedWidthInteger>(_ offset: UInt64, as type: Number.Type) -> Number? {
            guard offset <= UInt64(range.count), UInt64(range.count) - offset >= MemoryLayout<Number>.size
            else { return nil }
            return image.load(range.lowerBound + offset, as: type)
        }
    }
}
