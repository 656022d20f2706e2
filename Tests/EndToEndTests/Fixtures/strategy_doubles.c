/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("returns the same chunk again and again")
{
    const struct page *page;
    size_t i;

    devemu_attach(host);
    page = cma_alloc(cma, chunk_pages, align, CMA_ALLOC_NORMAL);
    for (i = 0; i < wanted; i++)
        chunks[i] = page;
    return wanted;
}
