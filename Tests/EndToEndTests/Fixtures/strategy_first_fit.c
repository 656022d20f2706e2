/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

/* One allocation, by its mode or with the effort that the mode stands for. */
static const struct page *one(struct cma *cma, size_t pages, uint32_t align, enum cma_alloc_mode mode)
{
#ifdef WITH_EFFORT
    struct cma_effort effort = {.size = sizeof(effort)};

    if (mode == CMA_ALLOC_FAIL_FAST) {
        effort.flags = CMA_ASYNC | CMA_CACHE_LAST_FAILURE;
        effort.migrate_tries = 1;
    } else {
        effort.flags = CMA_DRAIN_PCP | CMA_DISABLE_LRU;
        effort.migrate_tries = 5;
    }
    return cma_alloc_effort(cma, pages, align, &effort);
#else
    return cma_alloc(cma, pages, align, mode);
#endif
}

STRATEGY("fail-fast until that fails, then normal calls")
{
    enum cma_alloc_mode mode = CMA_ALLOC_FAIL_FAST;
    size_t got = 0;

    devemu_attach(host);
    while (got < wanted) {
        const struct page *page = one(cma, chunk_pages, align, mode);

        if (page)
            chunks[got++] = page;
        else if (mode == CMA_ALLOC_FAIL_FAST)
            mode = CMA_ALLOC_NORMAL;
        else
            break;
    }
    return got;
}
