/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("says that it got more than was wanted")
{
    size_t i;

    devemu_attach(host);
    for (i = 0; i < wanted; i++)
        chunks[i] = cma_alloc(cma, chunk_pages, align, CMA_ALLOC_NORMAL);
    return (size_t)-12;
}
