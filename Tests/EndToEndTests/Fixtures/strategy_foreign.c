/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("is honest once, then returns what the driver has already, and what is no page")
{
    static const struct page *before;
    const char *any = (const char *)host->page_base;
    size_t i;

    devemu_attach(host);
    if (!before) {
        for (i = 0; i < wanted; i++)
            chunks[i] = cma_alloc(cma, chunk_pages, align, CMA_ALLOC_NORMAL);
        before = chunks[0];
        return wanted;
    }
    EXPECT(!cma_release(cma, before, chunk_pages));
    chunks[0] = before;
    chunks[1] = NULL;
    chunks[2] = (const struct page *)(any + 1);
    chunks[3] = (const struct page *)any;
    chunks[4] = (const struct page *)chunks;
    chunks[5] = cma_alloc(cma, chunk_pages / 2, align, CMA_ALLOC_NORMAL);
    chunks[6] = (const struct page *)((const char *)cma_alloc(cma, 2 * chunk_pages, align, CMA_ALLOC_NORMAL)
                                      + host->page_stride);
    return 7;
}
