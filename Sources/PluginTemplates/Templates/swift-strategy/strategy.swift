// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a strategy: how chunks are gathered for the drivers of others.
//
// The rule: windows are looked at before they are tried. One that is clear is tried at once, without
// waiting. One with something in it that a drain of the per-CPU lists would clear is left for a second
// pass, behind a single drain of the whole machine. What is locked, pinned or under writeback is left
// alone: it costs a try, and fails. What devemu reads before it loads this file is in note.txt.

public import CDevEmu

private struct Request {
    let area: OpaquePointer
    let wanted: Int
    let pages: Int
    let align: UInt32
    let chunks: UnsafeMutablePointer<OpaquePointer?>
    var got = 0

    mutating func gather() -> Int {
        if pass(), got < wanted {
            cma_drain_all(area)
            _ = pass()
        }
        return got
    }

    /// One walk over the area. Returns whether a window was passed over that a drain might clear.
    private mutating func pass() -> Bool {
        var isDrainable = false
        var next = 0
        while got < wanted {
            let offset = Int(cma_next_window(area, next, pages, align))
            guard offset >= 0 else { break }
            switch cma_look(area, offset, pages, nil) {
            case CMA_CLEAR: attempt(offset)
            case CMA_ON_PCP_LIST, CMA_IN_LRU_BATCH: isDrainable = true
            default: break
            }
            next = offset + pages
        }
        return isDrainable
    }

    /// A try migrates each batch once, and never waits for a lock or for writeback.
    private mutating func attempt(_ offset: Int) {
        var effort = cma_effort(
            size: UInt32(MemoryLayout<cma_effort>.size), flags: CMA_ASYNC.rawValue, migrate_tries: 1,
            rescans: 0, rescan_delay_ns: 0)
        guard let chunk = cma_try_window(area, offset, pages, &effort) else { return }
        chunks[got] = chunk
        got += 1
    }
}

/// Writes up to `wanted` chunks and returns how many; the driver decides what fewer mean.
@c(my_plugin_gather)
public func gather(
    _ host: UnsafePointer<devemu_host>?, _ area: OpaquePointer?, _ wanted: Int, _ chunkPages: Int,
    _ align: UInt32, _ chunks: UnsafeMutablePointer<OpaquePointer?>?
) -> Int {
    guard devemu_attach(host) == 0, let area, let chunks else { return 0 }
    var request = Request(area: area, wanted: wanted, pages: chunkPages, align: align, chunks: chunks)
    return request.gather()
}
