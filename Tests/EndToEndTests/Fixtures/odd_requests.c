/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("asks for nothing, for everything, for impossible alignments and modes")
{
    struct cma *cma;
    struct page *page;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    CHECK(!cma_alloc(cma, 0, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc(cma, ~(size_t)0, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc(cma, (size_t)1 << 63, 0, CMA_ALLOC_FAIL_FAST));
    CHECK(!cma_alloc(cma, (size_t)1 << 40, 0, CMA_ALLOC_FAIL_FAST));
    CHECK(!cma_alloc(cma, 1, 40, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc(cma, 1, 64, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc(cma, 1, ~0u, CMA_ALLOC_NORMAL));
    page = cma_alloc(cma, 1, 0, (enum cma_alloc_mode)99);
    CHECK(page && page_to_pfn(page) >= 512 * 256);
    CHECK(cma_release(cma, page, 1));
    return 0;
}
