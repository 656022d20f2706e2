/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("takes one page more than it returns, and another that it releases")
{
    const struct page *page;
    size_t i;

    devemu_attach(host);
    cma_alloc(cma, 1, 0, CMA_ALLOC_NORMAL);
    page = cma_alloc(cma, 1, 0, CMA_ALLOC_NORMAL);
    EXPECT(cma_release(cma, page, 1));
    EXPECT(!cma_release(cma, page, 1));
    for (i = 0; i < wanted; i++)
        chunks[i] = cma_alloc(cma, chunk_pages, align, CMA_ALLOC_NORMAL);
    return wanted;
}
