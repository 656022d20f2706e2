/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("takes every window where a look sees nothing, and drains once")
{
    struct cma_effort effort = {.size = sizeof(effort), .flags = CMA_ASYNC, .migrate_tries = 1};
    uint64_t start;
    size_t got = 0;
    int64_t offset = 0;

    devemu_attach(host);
    EXPECT(cma_pages(cma) == 8 << 8);
    EXPECT(cma_next_window(cma, cma_pages(cma), 1, 0) == -1);
    start = ktime_get_ns();
    cma_drain_all(cma);
    while (got < wanted && (offset = cma_next_window(cma, offset, chunk_pages, align)) >= 0) {
        size_t where = ~(size_t)0;
        enum cma_obstacle seen = cma_look(cma, offset, chunk_pages, &where);
        const struct page *page;

        EXPECT(seen == CMA_CLEAR || seen == CMA_PINNED);
        EXPECT(seen == cma_look(cma, offset, chunk_pages, NULL));
        EXPECT(seen == CMA_CLEAR ? where == ~(size_t)0
                                 : where >= (size_t)offset && where < offset + chunk_pages);
        page = cma_try_window(cma, offset, chunk_pages, &effort);
        EXPECT(!page == (seen == CMA_PINNED));
        if (page) {
            EXPECT(page_to_pfn(page) == 512 * 256 + (unsigned long)offset);
            EXPECT(!cma_try_window(cma, offset, chunk_pages, &effort));
            chunks[got++] = page;
        }
        offset += chunk_pages;
    }
    EXPECT(ktime_get_ns() > start);
    return got;
}
