/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("sleeps until the end of time and allocates then")
{
    struct cma *cma;
    struct page *page;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    host->sleep_ns(host->context, UINT64_MAX);
    page = cma_alloc(cma, 16, 0, CMA_ALLOC_NORMAL);
    if (page)
        cma_release(cma, page, 16);
    return 0;
}
