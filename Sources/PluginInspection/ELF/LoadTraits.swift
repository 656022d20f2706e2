internal import CLibELF

/// What a shared object asks of the dynamic linker besides being mapped.
public struct LoadTraits: Equatable, Sendable {
    /// How much of the plugin's tables becomes read-only once they are filled in.
    public enum Relro: String, Sendable {
        case none, partial, full
    }

    /// Functions of the author that `dlopen()` runs before any call. The one that the C start files add to
    /// every shared object is not counted. Corresponds to DT_INIT_ARRAY.
    public let constructors: Int
    /// The same for the end of the process. Corresponds to DT_FINI_ARRAY.
    public let destructors: Int
    /// The process's stacks become executable. Corresponds to PT_GNU_STACK.
    public let needsExecutableStack: Bool
    /// Code pages are written to. Corresponds to DT_TEXTREL.
    public let hasTextRelocations: Bool
    /// Corresponds to PT_GNU_RELRO and DF_BIND_NOW.
    public let relro: Relro
    /// Thread-local data lies in a space that runs out. Corresponds to DF_STATIC_TLS.
    public let usesStaticTLS: Bool

    package init(
        constructors: Int, destructors: Int, needsExecutableStack: Bool, hasTextRelocations: Bool,
        relro: Relro,
        usesStaticTLS: Bool
    ) {
        self.constructors = constructors
        self.destructors = destructors
        self.needsExecutableStack = needsExecutableStack
        self.hasTextRelocations = hasTextRelocations
        self.relro = relro
        self.usesStaticTLS = usesStaticTLS
    }
}

extension LoadTraits {
    init(of segments: ELFSegments, _ dynamic: ELFDynamicTable) {
        func flag(_ tag: Int32, _ bit: Int32) -> Bool { (dynamic[tag] ?? 0) & UInt64(bit) != 0 }
        func entries(_ size: Int32, besides startFile: Int32) -> Int {
            let count = (dynamic[size] ?? 0) / UInt64(MemoryLayout<Elf64_Addr>.size)
            return Int(clamping: count) - (count > 0 && dynamic[startFile] != nil ? 1 : 0)
        }
        let bindsNow =
            dynamic[DT_BIND_NOW] != nil || flag(DT_FLAGS, DF_BIND_NOW) || flag(DT_FLAGS_1, DF_1_NOW)
        self.init(
            constructors: entries(DT_INIT_ARRAYSZ, besides: DT_INIT),
            destructors: entries(DT_FINI_ARRAYSZ, besides: DT_FINI),
            // Without the mark the linker assumes the worst.
            needsExecutableStack: segments.flags(of: PT_GNU_STACK).map { $0 & UInt32(PF_X) != 0 } ?? true,
            hasTextRelocations: dynamic[DT_TEXTREL] != nil || flag(DT_FLAGS, DF_TEXTREL),
            relro: segments.flags(of: PT_GNU_RELRO) == nil ? .none : bindsNow ? .full : .partial,
            usesStaticTLS: flag(DT_FLAGS, DF_STATIC_TLS))
    }
}
