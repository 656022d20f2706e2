/* SPDX-License-Identifier: Apache-2.0
 *
 * my-plugin - a strategy: how chunks are gathered for the drivers of others.
 *
 * The rule: windows are looked at before they are tried. One that is clear is tried at once, without
 * waiting. One with something in it that a drain of the per-CPU lists would clear is left for a second
 * pass, behind a single drain of the whole machine. What is locked, pinned or under writeback is left
 * alone: it costs a try, and fails.
 */
#include <devemu/plugin.h>

/* A strategy has one entry, of just this signature. */
DEVEMU_PLUGIN_NOTE(
    "id=org.example.my-plugin\0"
    "version=0.1\0"
    "license=Apache-2.0\0"
    "summary=tries the windows that look clear, drains once for the rest\0"
    "kind=strategy\0"
    "entry=my_plugin_gather:size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)\0")

/* What one try may do: migrate each batch once, and never wait for a lock or for writeback. */
static const struct cma_effort one_try = {
    .size = sizeof(struct cma_effort),
    .flags = CMA_ASYNC,
    .migrate_tries = 1,
};

struct request {
    struct cma *cma;
    size_t wanted, chunk_pages;
    unsigned int align;
    const struct page **chunks;
    size_t got;
};

/* One walk over the area. Returns whether a window was passed over that a drain might clear. */
static bool pass(struct request *request)
{
    size_t pages = request->chunk_pages;
    bool drainable = false;
    int64_t offset = 0;

    while (request->got < request->wanted) {
        enum cma_obstacle seen;

        offset = cma_next_window(request->cma, (size_t)offset, pages, request->align);
        if (offset < 0)
            break;
        seen = cma_look(request->cma, (size_t)offset, pages, NULL);
        if (seen == CMA_CLEAR) {
            const struct page *page = cma_try_window(request->cma, (size_t)offset, pages, &one_try);

            if (page)
                request->chunks[request->got++] = page;
        } else if (seen <= CMA_IN_LRU_BATCH) {
            drainable = true;
        }
        offset += (int64_t)pages;
    }
    return drainable;
}

/* Writes up to `wanted` chunks and returns how many; the driver decides what fewer mean. */
DEVEMU_EXPORT size_t my_plugin_gather(const struct devemu_host *host, struct cma *cma, size_t wanted,
                                      size_t chunk_pages, uint32_t align, const struct page **chunks)
{
    struct request request = {cma, wanted, chunk_pages, align, chunks, 0};

    if (devemu_attach(host) != 0)
        return 0;
    if (pass(&request) && request.got < wanted) {
        cma_drain_all(cma);
        pass(&request);
    }
    return request.got;
}
