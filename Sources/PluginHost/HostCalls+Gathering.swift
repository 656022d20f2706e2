import AllocationStrategies
import CDevEmu
import Emulation
import PhysicalMemory

/// Gathering by the run's strategy, and what a strategy that comes from a plugin is made of.
extension HostCalls {
    static func gather(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ wanted: Int, _ chunkPages: Int,
        _ align: UInt32, _ chunks: UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int {
        instance(context) { instance in
            guard case .workload = instance.role, let device = device(instance, area), let chunks, wanted > 0
            else { return 0 }
            let request = GatherRequest(wanted: wanted, chunkPages: chunkPages, align: Int(align))
            let pfns = instance.machine.gather(request, device: device)
            for (index, pfn) in pfns.enumerated() {
                chunks[index] = HandleSpace.pointer(HandleSpace.pageBase, pfn)
            }
            return pfns.count
        }
    }

    /// Calls `body` with the area behind a handle and the frame that it begins with.
    private static func access<R>(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, else other: R,
        _ body: (AreaAccess) -> R
    ) -> R {
        instance(context) { instance in
            guard let device = device(instance, area) else { return other }
            return body(instance.machine.access(of: device))
        }
    }

    static func allocate(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ count: Int, _ align: UInt32,
        _ effort: UnsafePointer<cma_effort>?
    ) -> OpaquePointer? {
        access(context, area, else: nil) { access in
            guard let mode = mode(effort) else { return nil }
            return access.allocate(pages: count, align: Int(align), mode: mode).offset
                .flatMap { page(at: $0, access) }
        }
    }

    static func nextWindow(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ from: Int, _ count: Int,
        _ align: UInt32
    ) -> Int64 {
        access(context, area, else: -1) { access in
            let request = AllocationRequest(count: count, align: Int(align))
            return access.area.nextWindow(from: from, for: request).map(Int64.init) ?? -1
        }
    }

    static func tryWindow(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ offset: Int, _ count: Int,
        _ effort: UnsafePointer<cma_effort>?
    ) -> OpaquePointer? {
        access(context, area, else: nil) { access in
            guard let mode = mode(effort), let window = window(offset, count, access) else { return nil }
            let isTaken = access.call { access.tryWindow(window, mode: mode, in: &$0) }
            return isTaken ? page(at: offset, access) : nil
        }
    }

    static func look(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ offset: Int, _ count: Int,
        _ place: UnsafeMutablePointer<Int>?
    ) -> UInt32 {
        access(context, area, else: CMA_PINNED.rawValue) { access in
            guard let window = window(offset, count, access) else { return CMA_PINNED.rawValue }
            guard let seen = access.area.obstacle(in: window) else { return CMA_CLEAR.rawValue }
            place?.pointee = seen.page
            return UInt32(seen.kind.rawValue) + 1
        }
    }

    static func drainAll(_ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?) {
        access(context, area, else: ()) { access in access.call { access.area.drainAll(into: &$0) } }
    }

    static func pages(_ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?) -> Int {
        access(context, area, else: 0) { $0.pages }
    }

    private static func page(at offset: Int, _ access: AreaAccess) -> OpaquePointer? {
        HandleSpace.pointer(HandleSpace.pageBase, access.area.geometry.basePFN + offset)
    }

    /// A window inside the area; a plugin's numbers may be anything.
    private static func window(_ offset: Int, _ count: Int, _ access: AreaAccess) -> Range<Int>? {
        guard offset >= 0, count > 0, offset < access.pages, count <= access.pages - offset else {
            return nil
        }
        return offset..<offset + count
    }

    /// The mode that an effort describes; nil when a number is out of bounds.
    private static func mode(_ effort: UnsafePointer<cma_effort>?) -> AllocationMode? {
        guard let effort = effort?.pointee, Int(effort.size) >= MemoryLayout<cma_effort>.size,
            effort.flags < 128, effort.migrate_tries <= 100, effort.rescans <= 100
        else { return nil }
        func has(_ flag: cma_effort_flags) -> Bool { effort.flags & flag.rawValue != 0 }
        return AllocationMode(
            migrateTries: Int(effort.migrate_tries), drainsPerCPULists: has(CMA_DRAIN_PCP),
            disablesLRUCache: has(CMA_DISABLE_LRU), migration: has(CMA_ASYNC) ? .async : .sync,
            cachesLastFailure: has(CMA_CACHE_LAST_FAILURE), disablesPerCPULists: has(CMA_DISABLE_PCP),
            busyIsFinal: has(CMA_BUSY_IS_FINAL),
            retryStep: has(CMA_SKIP_BLOCK) ? .largestBlock : .alignment, rescans: Int(effort.rescans),
            rescanDelayNanoseconds: effort.rescan_delay_ns)
    }
}
