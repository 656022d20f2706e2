internal import CDevEmu
public import PluginInspection

/// A function of the host table (`struct devemu_host`), by the name that driver code calls it by.
///
/// The raw value is the number under which the flight recorder knows it; zero is no function.
public enum HostFunction: UInt32, CaseIterable, Sendable, CustomStringConvertible {
    case deviceRegister = 1
    case devGetCMAArea
    case cmaAlloc
    case cmaRelease
    case ktimeGetNS
    case sleepNS
    case bufferSetOpen
    case bufferSetAdd
    case bufferSetClose
    case log
    case cmaGather
    case cmaAllocEffort
    case cmaNextWindow
    case cmaTryWindow
    case cmaLook
    case cmaDrainAll
    case cmaPages
    case dmaSetLimits
    case bufferSetAddSegments
    case bufferSetRemove
    case streamOn
    case streamOff
    case streamQueue
    case streamDequeue
    case dmaJob
    case bufferMap
    case bufferUnmap

    /// The field's name in `struct devemu_host`, and its type as a note would spell it, the context first.
    private var declaration: (name: String, type: String) {
        switch self {
        case .deviceRegister: ("device_register", "ptr(ptr context, cstr name)")
        case .devGetCMAArea: ("dev_get_cma_area", "ptr(ptr context, ptr dev)")
        case .cmaAlloc: ("cma_alloc", "ptr(ptr context, ptr cma, size count, u32 align, u32 mode)")
        case .cmaRelease: ("cma_release", "i32(ptr context, ptr cma, ptr pages, u64 count)")
        case .ktimeGetNS: ("ktime_get_ns", "u64(ptr context)")
        case .sleepNS: ("sleep_ns", "void(ptr context, u64 ns)")
        case .bufferSetOpen:
            ("buffer_set_open", "ptr(ptr context, ptr dev, cstr name, u32 wanted, u32 min)")
        case .bufferSetAdd:
            ("buffer_set_add", "i32(ptr context, ptr set, ptr chunks, size nr_chunks, size chunk_pages)")
        case .bufferSetClose: ("buffer_set_close", "i32(ptr context, ptr set)")
        case .log: ("log", "void(ptr context, u32 level, cstr text)")
        case .cmaGather:
            (
                "cma_gather",
                "size(ptr context, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)"
            )
        case .cmaAllocEffort:
            ("cma_alloc_effort", "ptr(ptr context, ptr cma, size count, u32 align, ptr effort)")
        case .cmaNextWindow:
            ("cma_next_window", "i64(ptr context, ptr cma, size from, size count, u32 align)")
        case .cmaTryWindow:
            ("cma_try_window", "ptr(ptr context, ptr cma, size offset, size count, ptr effort)")
        case .cmaLook: ("cma_look", "u32(ptr context, ptr cma, size offset, size count, ptr where)")
        case .cmaDrainAll: ("cma_drain_all", "void(ptr context, ptr cma)")
        case .cmaPages: ("cma_pages", "size(ptr context, ptr cma)")
        case .dmaSetLimits: ("dma_set_limits", "i32(ptr context, ptr dev, ptr limits)")
        case .bufferSetAddSegments:
            (
                "buffer_set_add_segments",
                "i32(ptr context, ptr set, ptr segments, size nr_segments, ptr planes, size nr_planes)"
            )
        case .bufferSetRemove: ("buffer_set_remove", "i32(ptr context, ptr set, u32 index)")
        case .streamOn:
            (
                "stream_on",
                "i32(ptr context, ptr set, u32 kind, u64 period_ns, u64 bytes, u64 bytes_per_s)"
            )
        case .streamOff: ("stream_off", "i32(ptr context, ptr set)")
        case .streamQueue: ("stream_queue", "i32(ptr context, ptr set, u32 index)")
        case .streamDequeue: ("stream_dequeue", "i32(ptr context, ptr set, u64 timeout_ns)")
        case .dmaJob: ("dma_job", "i32(ptr context, ptr dev, ptr accesses, size nr, u64 bytes_per_s)")
        case .bufferMap: ("buffer_map", "ptr(ptr context, ptr set, u32 index, ptr size)")
        case .bufferUnmap: ("buffer_unmap", "void(ptr context, ptr set, u32 index)")
        }
    }

    public var description: String { declaration.name }

    /// The function's C type, the context included; the spelling above is of this file's own making.
    public var signature: Signature {
        do {
            return try Signature(parsing: declaration.type)
        } catch {
            preconditionFailure("devemu: \(error)")
        }
    }

    /// Where the function's pointer stands in `struct devemu_host`, in bytes.
    var offset: Int {
        let path: PartialKeyPath<devemu_host> =
            switch self {
            case .deviceRegister: \.device_register
            case .devGetCMAArea: \.dev_get_cma_area
            case .cmaAlloc: \.cma_alloc
            case .cmaRelease: \.cma_release
            case .ktimeGetNS: \.ktime_get_ns
            case .sleepNS: \.sleep_ns
            case .bufferSetOpen: \.buffer_set_open
            case .bufferSetAdd: \.buffer_set_add
            case .bufferSetClose: \.buffer_set_close
            case .log: \.log
            case .cmaGather: \.cma_gather
            case .cmaAllocEffort: \.cma_alloc_effort
            case .cmaNextWindow: \.cma_next_window
            case .cmaTryWindow: \.cma_try_window
            case .cmaLook: \.cma_look
            case .cmaDrainAll: \.cma_drain_all
            case .cmaPages: \.cma_pages
            case .dmaSetLimits: \.dma_set_limits
            case .bufferSetAddSegments: \.buffer_set_add_segments
            case .bufferSetRemove: \.buffer_set_remove
            case .streamOn: \.stream_on
            case .streamOff: \.stream_off
            case .streamQueue: \.stream_queue
            case .streamDequeue: \.stream_dequeue
            case .dmaJob: \.dma_job
            case .bufferMap: \.buffer_map
            case .bufferUnmap: \.buffer_unmap
            }
        guard let offset = MemoryLayout<devemu_host>.offset(of: path) else {
            preconditionFailure("devemu: \(self) is no stored field of the host table")
        }
        return offset
    }
}
