public import KernelFormats
public import PhysicalMemory
import Recordings

/// The memory of a machine and its contiguous areas as a kernel has set them up at boot.
///
/// Where memory does not begin on the largest block of the buddy allocator, the machine begins on the block
/// that it begins in; what is missing there, and between the stretches of memory, is absent.
public struct BootedMachine: Sendable {
    public struct Area: Sendable {
        /// As the kernel has it, made one word of at most 64 characters that no other area has.
        public let name: String
        public let geometry: AreaGeometry
        /// Whether the tree or the command line asks for it at that place.
        public let isFixed: Bool
        /// Paths of the devices whose `memory-region` it is.
        public let devices: [String]
    }

    /// Why no machine comes of a layout; one line.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var description: String
    }

    /// Page frame number of the first page.
    public let firstPFN: Int
    /// From the first page of memory to the last, 1024 ... `MachineMemory.pageLimit`.
    public let memoryPages: Int
    /// Page frame numbers between them that are not memory, ascending and apart.
    public let absent: [Range<Int>]
    /// One or more: the default area first, then in the kernel's order.
    public let areas: [Area]

    /// - Throws: `Refusal` when no area lies in memory, or memory has another size than can be emulated.
    public init(_ layout: BootLayout, of pageGeometry: PageGeometry = .standard) throws(Refusal) {
        let (shift, rest) = (pageGeometry.pageShift, UInt64(pageGeometry.pageBytes - 1))
        let stretches = layout.memory.map {
            Int(($0.lowerBound + rest) >> shift)..<Int($0.upperBound >> shift)
        }
        .filter { !$0.isEmpty }
        guard let lowest = stretches.first, let highest = stretches.last else {
            throw Refusal(description: "memory has no whole page")
        }
        let first = lowest.lowerBound & ~(pageGeometry.largestPages - 1)
        let pages = highest.upperBound - first
        guard (1024...MachineMemory.pageLimit).contains(pages) else {
            let reach = stretches.count == 1 ? "memory of" : "memory that reaches over"
            throw Refusal(
                description: "\(reach) \(pageGeometry.mebibytes(of: pages)) MiB is not from 4 MiB to 64 GiB")
        }
        firstPFN = first
        memoryPages = pages
        let ends = [first] + stretches.map(\.upperBound)
        absent = zip(ends, stretches).map { $0..<$1.lowerBound }.filter { !$0.isEmpty }
        let usable = layout.areas.filter { $0.kind == .cma && $0.refusal == nil }
        var names: Set<String> = []
        var outside: String?
        areas = (usable.filter(\.isDefault) + usable.filter { !$0.isDefault }).compactMap { area in
            guard let base = area.base,
                let geometry = AreaGeometry(
                    ranges: (area.ranges.isEmpty ? [base..<base + area.size] : area.ranges).map {
                        Int($0.lowerBound >> shift)..<Int($0.upperBound >> shift)
                    }, orderPerBit: area.orderPerBit)
            else { return nil }
            guard
                geometry.ranges.allSatisfy({ range in
                    stretches.contains {
                        $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
                    }
                })
            else {
                outside =
                    outside
                    ?? "\(area.name): 0x\(String(base, radix: 16))-0x\(String(base + area.size, radix: 16)) is not "
                    + "all memory"
                return nil
            }
            return Area(
                name: Self.word(area.name, besides: &names), geometry: geometry,
                isFixed: area.isFixed, devices: area.devices)
        }
        guard !areas.isEmpty else {
            let refusal = layout.areas.lazy.compactMap { area in
                area.refusal.map { "\(area.name): \($0.reason)" }
            }
            throw Refusal(
                description: outside ?? refusal.first
                    ?? "no contiguous area is set up by it; see 'devemu areas'")
        }
    }

    /// A name that files of states and captures can have; a second area of a name is numbered.
    private static func word(_ name: String, besides names: inout Set<String>) -> String {
        let scalars = name.unicodeScalars.map { scalar in
            scalar == "/" || scalar.properties.isWhitespace
                || scalar.properties.generalCategory == .control ? "_" : scalar
        }
        let word = scalars.isEmpty ? "_" : String(String.UnicodeScalarView(scalars))
        var numbered = String(word.prefix(MachineState.longestName))
        var number = 2
        while !names.insert(numbered).inserted {
            numbered = String(word.prefix(MachineState.longestName - 4)) + ".\(number)"
            number += 1
        }
        return numbered
    }
}
