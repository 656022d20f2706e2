/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("reads a struct page instead of asking for its pfn")
{
    struct page *page;

    devemu_attach(host);
    page = cma_alloc(dev_get_cma_area(device_register("camera")), 1, 0, CMA_ALLOC_NORMAL);
    return *(volatile int *)page;
}
