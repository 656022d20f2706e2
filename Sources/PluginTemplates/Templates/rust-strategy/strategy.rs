// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a strategy: how chunks are gathered for the drivers of others.
//
// The rule: windows are looked at before they are tried. One that is clear is tried at once, without
// waiting. One with something in it that a drain of the per-CPU lists would clear is left for a second
// pass, behind a single drain of the whole machine. What is locked, pinned or under writeback is left
// alone: it costs a try, and fails.
#[macro_use]
mod devemu;

use devemu::*;

// A strategy has one entry, of just this signature.
devemu_plugin_note!(
    b"abi-min=2\0abi=2\0\
    id=org.example.my-plugin\0\
    version=0.1\0\
    license=Apache-2.0\0\
    summary=tries the windows that look clear, drains once for the rest\0\
    kind=strategy\0\
    entry=my_plugin_gather:size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)\0"
);

/// What one try may do: migrate each batch once, and never wait for a lock or for writeback.
const ONE_TRY: CmaEffort = CmaEffort {
    size: std::mem::size_of::<CmaEffort>() as u32,
    flags: CMA_ASYNC,
    migrate_tries: 1,
    rescans: 0,
    rescan_delay_ns: 0,
};

struct Request<'call> {
    host: &'call Host,
    area: Cma,
    pages: usize,
    align: u32,
    chunks: &'call mut [Page],
    got: usize,
}

impl Request<'_> {
    /// One walk over the area. Returns whether a window was passed over that a drain might clear.
    unsafe fn pass(&mut self) -> bool {
        let (host, context) = (self.host, self.host.context);
        let mut drainable = false;
        let mut next = 0;
        while self.got < self.chunks.len() {
            let offset = (host.cma_next_window)(context, self.area, next, self.pages, self.align);
            let Ok(offset) = usize::try_from(offset) else { break };
            match (host.cma_look)(context, self.area, offset, self.pages, std::ptr::null_mut()) {
                CMA_CLEAR => {
                    let chunk = (host.cma_try_window)(context, self.area, offset, self.pages, &ONE_TRY);
                    if !chunk.is_null() {
                        self.chunks[self.got] = chunk;
                        self.got += 1;
                    }
                }
                CMA_ON_PCP_LIST | CMA_IN_LRU_BATCH => drainable = true,
                _ => {}
            }
            next = offset + self.pages;
        }
        drainable
    }
}

/// Writes up to `wanted` chunks and returns how many; the driver decides what fewer mean.
#[no_mangle]
pub unsafe extern "C" fn my_plugin_gather(
    host: *const Host, area: Cma, wanted: usize, pages: usize, align: u32, chunks: *mut Page,
) -> usize {
    let Some(host) = Host::attach(host) else { return 0 };
    let chunks = std::slice::from_raw_parts_mut(chunks, wanted);
    let mut request = Request { host, area, pages, align, chunks, got: 0 };
    if request.pass() && request.got < wanted {
        (host.cma_drain_all)(host.context, area);
        request.pass();
    }
    request.got
}
