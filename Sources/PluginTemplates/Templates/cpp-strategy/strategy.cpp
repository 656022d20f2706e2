// SPDX-License-Identifier: Apache-2.0
//
// my-plugin - a strategy: how chunks are gathered for the drivers of others.
//
// The rule: windows are looked at before they are tried. One that is clear is tried at once, without
// waiting. One with something in it that a drain of the per-CPU lists would clear is left for a second
// pass, behind a single drain of the whole machine. What is locked, pinned or under writeback is left
// alone: it costs a try, and fails.
#include <devemu/plugin.h>

// A strategy has one entry, of just this signature.
DEVEMU_PLUGIN_NOTE(
    "id=org.example.my-plugin\0"
    "version=0.1\0"
    "license=Apache-2.0\0"
    "summary=tries the windows that look clear, drains once for the rest\0"
    "kind=strategy\0"
    "entry=my_plugin_gather:size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)\0")

namespace {

class Request {
public:
    Request(cma *area, size_t wanted, size_t pages, unsigned align, const page **chunks)
        : area(area), wanted(wanted), pages(pages), align(align), chunks(chunks)
    {
    }

    size_t gather()
    {
        if (pass() && got < wanted) {
            cma_drain_all(area);
            pass();
        }
        return got;
    }

private:
    // One walk over the area. Returns whether a window was passed over that a drain might clear.
    bool pass()
    {
        bool drainable = false;
        int64_t offset = 0;

        while (got < wanted && (offset = cma_next_window(area, size_t(offset), pages, align)) >= 0) {
            switch (cma_look(area, size_t(offset), pages, nullptr)) {
            case CMA_CLEAR:
                if (const page *chunk = cma_try_window(area, size_t(offset), pages, &one_try))
                    chunks[got++] = chunk;
                break;
            case CMA_ON_PCP_LIST:
            case CMA_IN_LRU_BATCH:
                drainable = true;
                break;
            default:
                break;
            }
            offset += int64_t(pages);
        }
        return drainable;
    }

    // What one try may do: migrate each batch once, and never wait for a lock or for writeback.
    static constexpr cma_effort one_try = {sizeof(cma_effort), CMA_ASYNC, 1, 0, 0};

    cma *area;
    size_t wanted, pages;
    unsigned align;
    const page **chunks;
    size_t got = 0;
};

} // namespace

// Writes up to `wanted` chunks and returns how many; the driver decides what fewer mean.
DEVEMU_EXPORT size_t my_plugin_gather(const devemu_host *host, cma *area, size_t wanted, size_t chunk_pages,
                                      uint32_t align, const page **chunks)
{
    if (devemu_attach(host) != 0)
        return 0;
    return Request(area, wanted, chunk_pages, align, chunks).gather();
}
