/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("goes on as if every call had worked")
{
    struct page *page;
    struct cma *cma;
    int i;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    for (i = 0; i < 1000; i++) {
        page = cma_alloc(cma, (size_t)1 << (i % 64), (unsigned int)i, CMA_ALLOC_FAIL_FAST);
        cma_release(cma, page, (unsigned long)i);
        buffer_set_add((struct buffer_set *)cma, (const struct page *const *)&page, 1, 1);
    }
    return 0;
}
