internal import CLibELF
internal import Glibc

/// The functions of a file by their places in it, to tell after a crash where the code was.
///
/// Unlike everything that decides over loading a plugin, this believes the section table: a wrong name harms
/// nobody. Follows the gABI, chapter 4, "Sections" and "Symbol Table".
public struct FunctionNames {
    private struct Function {
        var addresses: Range<UInt64>
        var name: String
    }

    private let functions: [Function]
    private let segments: ELFSegments

    /// Of the copy that was loaded, whatever the path names by now.
    public init?(_ file: PluginFile) { self.init(path: "/proc/self/fd/\(file.fileDescriptor)") }

    /// - Returns: nil when the file cannot be read or is no ELF file that a plugin could be.
    public init?(path: String) {
        guard let image = Self.image(path: path), let table = Self.symbolTable(image),
            (try? ELFHeader.check(image)) != nil, let segments = try? ELFSegments(of: image)
        else { return nil }
        self.segments = segments
        functions = table
    }

    /// The function that has the byte at an offset of the file, and how far behind its beginning that is.
    public func function(atFileOffset offset: UInt64) -> (name: String, offset: UInt64)? {
        guard let address = segments.address(ofFileOffset: offset),
            let function = functions.first(where: { $0.addresses.contains(address) })
        else { return nil }
        return (function.name, address - function.addresses.lowerBound)
    }

    private static func image(path: String) -> ELFImage? {
        guard !path.utf8.contains(0), let file = try? FileCopy.open(path) else { return nil }
        defer { close(file) }
        return (try? FileCopy.bytes(of: file)).map { ELFImage(adopting: $0) }
    }

    /// The functions of the full symbol table, or of the dynamic one when the file was stripped.
    private static func symbolTable(_ image: ELFImage) -> [Function]? {
        guard let start = image.load(40, as: UInt64.self), let size = image.load(58, as: UInt16.self),
            let count = image.load(60, as: UInt16.self), size == MemoryLayout<Elf64_Shdr>.size
        else { return nil }
        let headers = (0..<UInt64(count)).compactMap { index -> UInt64? in
            let (header, overflow) = start.addingReportingOverflow(index * UInt64(size))
            return overflow ? nil : header
        }
        for type in [UInt32(SHT_SYMTAB), UInt32(SHT_DYNSYM)] {
            let header = headers.first { field($0, 4, of: image, as: UInt32.self) == type }
            guard let header, let link = field(header, 40, of: image, as: UInt32.self), link < headers.count
            else { continue }
            return functions(header, names: headers[Int(link)], image)
        }
        return nil
    }

    private static func field<Number: FixedWidthInteger>(
        _ base: UInt64, _ offset: UInt64, of image: ELFImage, as type: Number.Type
    ) -> Number? {
        let (position, overflow) = base.addingReportingOverflow(offset)
        return overflow ? nil : image.load(position, as: type)
    }

    private static func functions(_ table: UInt64, names: UInt64, _ image: ELFImage) -> [Function]? {
        guard let start = field(table, 24, of: image, as: UInt64.self),
            let size = field(table, 32, of: image, as: UInt64.self),
            let nameStart = field(names, 24, of: image, as: UInt64.self),
            let nameSize = field(names, 32, of: image, as: UInt64.self)
        else { return nil }
        let entrySize = UInt64(MemoryLayout<Elf64_Sym>.size)
        let (nameEnd, overflow) = nameStart.addingReportingOverflow(nameSize)
        guard !overflow, start <= UInt64(image.bytes.count), nameEnd <= UInt64(image.bytes.count) else {
            return nil
        }
        var functions: [Function] = []
        for index in 0..<min(size, UInt64(image.bytes.count) - start) / entrySize {
            let entry = start + index * entrySize
            guard let name = image.load(entry, as: UInt32.self),
                let info = image.load(entry + 4, as: UInt8.self), Int32(info & 0xf) == STT_FUNC,
                let address = image.load(entry + 8, as: UInt64.self),
                let length = image.load(entry + 16, as: UInt64.self), length > 0
            else { continue }
            let (end, isTooLong) = address.addingReportingOverflow(length)
            guard !isTooLong, let text = image.text(at: nameStart + UInt64(name), before: nameEnd) else {
                continue
            }
            functions.append(Function(addresses: address..<end, name: text))
        }
        return functions
    }
}
