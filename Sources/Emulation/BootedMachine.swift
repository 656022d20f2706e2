public import KernelFormats
public import PhysicalMemory
import Recordings

/// The memory of a machine and its contiguous areas as a kernel has set them up at boot.
///
/// Addresses are counted from the start of memory, which has to lie on the largest block of the buddy
/// allocator, so that every alignment stays what it is.
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

    private static let startAlignment = UInt64(4096) << UInt64(BlockOrder.largest)

    /// 1024 ... `MachineMemory.pageLimit`.
    public let memoryPages: Int
    /// One or more: the default area first, then in the kernel's order.
    public let areas: [Area]

    /// - Throws: `Refusal` when no area lies in memory, or memory has holes or another size than can be
    ///   emulated.
    public init(_ layout: BootLayout) throws(Refusal) {
        guard layout.memory.count == 1, let range = layout.memory.first,
            range.lowerBound.isMultiple(of: Self.startAlignment)
        else {
            throw Refusal(
                description:
                    "memory is not one stretch that starts on 4 MiB, which is all that can be emulated")
        }
        let pages = (range.upperBound - range.lowerBound) >> 12
        guard (1024...UInt64(MachineMemory.pageLimit)).contains(pages) else {
            throw Refusal(description: "memory of \(pages >> 8) MiB is not from 4 MiB to 64 GiB")
        }
        memoryPages = Int(pages)
        let usable = layout.areas.filter { $0.kind == .cma && $0.refusal == nil }
        var names: Set<String> = []
        areas = (usable.filter(\.isDefault) + usable.filter { !$0.isDefault }).compactMap { area in
            guard let base = area.base, range.contains(base), area.size <= range.upperBound - base,
                let geometry = AreaGeometry(
                    basePFN: Int((base - range.lowerBound) >> 12), pages: Int(area.size >> 12),
                    orderPerBit: area.orderPerBit)
            else { return nil }
            return Area(
                name: Self.word(area.name, besides: &names), geometry: geometry,
                isFixed: area.isFixed, devices: area.devices)
        }
        guard !areas.isEmpty else {
            let refusal = layout.areas.lazy.compactMap { area in
                area.refusal.map { "\(area.name): \($0.reason)" }
            }
            throw Refusal(
                description: refusal.first ?? "no contiguous area is set up by it; see 'devemu areas'")
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
