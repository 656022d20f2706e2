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
        call(
            context, .cmaGather, word(area), word(wanted), word(chunkPages), word(align), word(chunks)
        ) { instance in
            guard instance.isWorkload, let device = device(instance, area), let chunks, wanted > 0
            else { return 0 }
            let request = GatherRequest(wanted: wanted, chunkPages: chunkPages, align: Int(align))
            let pfns = instance.machine.gather(request, device: device)
            for (index, pfn) in pfns.enumerated() {
                chunks[index] = HandleSpace.pointer(HandleSpace.pageBase, pfn)
            }
            return pfns.count
        }
    }

    /// Calls `body` with the area behind a handle.
    private static func access<R>(
        _ context: UnsafeMutableRawPointer?, _ function: HostFunction, _ area: OpaquePointer?,
        _ b: UInt64 = 0, _ c: UInt64 = 0, _ d: UInt64 = 0, else other: R, _ body: (AreaAccess) -> R
    ) -> R {
        call(context, function, word(area), b, c, d) { instance in
            guard let device = device(instance, area) else { return other }
            return body(instance.machine.access(of: device))
        }
    }

    /// Calls `body`, which takes `count` pages and says at which offset; a workload has them in hand then.
    private static func take(
        _ context: UnsafeMutableRawPointer?, _ function: HostFunction, _ area: OpaquePointer?, _ b: UInt64,
        _ c: UInt64, _ d: UInt64, pages count: Int, _ body: (AreaAccess) -> Int?
    ) -> OpaquePointer? {
        call(context, function, word(area), b, c, d) { instance in
            guard let device = device(instance, area) else { return nil }
            let access = instance.machine.access(of: device)
            guard let offset = body(access) else { return nil }
            let pfn = access.area.geometry.pfn(at: offset)
            if case .workload = instance.role {
                instance.machine.hand(pfn: pfn, count: count, device: device)
            }
            return HandleSpace.pointer(HandleSpace.pageBase, pfn)
        }
    }

    static func allocate(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ count: Int, _ align: UInt32,
        _ effort: UnsafePointer<cma_effort>?
    ) -> OpaquePointer? {
        take(
            context, .cmaAllocEffort, area, word(count), word(align), word(effort), pages: count
        ) { access in
            mode(effort).flatMap { access.allocate(pages: count, align: Int(align), mode: $0).offset }
        }
    }

    static func nextWindow(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ from: Int, _ count: Int,
        _ align: UInt32
    ) -> Int64 {
        access(context, .cmaNextWindow, area, word(from), word(count), word(align), else: -1) { access in
            let request = AllocationRequest(count: count, align: Int(align))
            return access.area.nextWindow(from: from, for: request).map(Int64.init) ?? -1
        }
    }

    static func tryWindow(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ offset: Int, _ count: Int,
        _ effort: UnsafePointer<cma_effort>?
    ) -> OpaquePointer? {
        take(
            context, .cmaTryWindow, area, word(offset), word(count), word(effort), pages: count
        ) { access in
            guard let mode = mode(effort), let window = window(offset, count, access) else { return nil }
            let request = AllocationRequest(count: count, align: 0)
            let isTaken = access.call(for: request) { access.tryWindow(window, mode: mode, in: &$0) }
            return isTaken ? offset : nil
        }
    }

    static func look(
        _ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?, _ offset: Int, _ count: Int,
        _ place: UnsafeMutablePointer<Int>?
    ) -> UInt32 {
        access(
            context, .cmaLook, area, word(offset), word(count), word(place), else: CMA_PINNED.rawValue
        ) { access in
            guard let window = window(offset, count, access) else { return CMA_PINNED.rawValue }
            guard let seen = access.area.look(in: window) else { return CMA_CLEAR.rawValue }
            place?.pointee = seen.page
            return UInt32(seen.kind.rawValue) + 1
        }
    }

    static func drainAll(_ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?) {
        access(context, .cmaDrainAll, area, else: ()) { access in
            access.call(for: nil) { access.area.drainAll(into: &$0) }
        }
    }

    static func pages(_ context: UnsafeMutableRawPointer?, _ area: OpaquePointer?) -> Int {
        access(context, .cmaPages, area, else: 0) { $0.pages }
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
        // The size comes first: of a shorter struct nothing else may be read.
        guard let place = effort,
            UnsafeRawPointer(place).load(as: UInt32.self) >= MemoryLayout<cma_effort>.size
        else { return nil }
        let effort = place.pointee
        guard effort.flags < 128, effort.migrate_tries <= 100, effort.rescans <= 100
        else { return nil }
        func has(_ flag: cma_effort_flags) -> Bool { effort.flags & flag.rawValue != 0 }
        return AllocationMode(
            migrateTries: Int(effort.migrate_tries), drainsPerCPULists: has(CMA_DRAIN_PCP),
            disablesLRUCache: has(CMA_DISABLE_LRU), migration: has(CMA_ASYNC) ? .async : .sync,
            cachesLastFailure: has(CMA_CACHE_LAST_FAILURE), disablesPerCPULists: has(CMA_DISABLE_PCP),
            busyIsFinal: has(CMA_BUSY_IS_FINAL) ? true : nil,
            retryStep: has(CMA_SKIP_BLOCK) ? .largestBlock : nil,
            rescans: effort.rescans > 0 ? Int(effort.rescans) : nil,
            rescanDelayNanoseconds: effort.rescan_delay_ns)
    }
}
