/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("releases the same pages twice, whole and in part")
{
    struct page *page, *again;
    struct cma *cma;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    page = cma_alloc(cma, 16, 0, CMA_ALLOC_NORMAL);
    CHECK(page);
    CHECK(cma_release(cma, page, 16));
    CHECK(!cma_release(cma, page, 16));
    CHECK(!cma_release(cma, page, 1));
    again = cma_alloc(cma, 8, 0, CMA_ALLOC_NORMAL);
    CHECK(again);
    CHECK(!cma_release(cma, again, 16));
    CHECK(cma_release(cma, again, 8));
    return 0;
}
