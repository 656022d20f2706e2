/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("releases the pages of another device through its own area")
{
    struct cma *mine, *other;
    struct page *page;

    devemu_attach(host);
    mine = dev_get_cma_area(device_register("mine"));
    other = dev_get_cma_area(device_register("other"));
    page = cma_alloc(other, 4, 0, CMA_ALLOC_NORMAL);
    CHECK(page);
    CHECK(!cma_release(mine, page, 4));
    CHECK(!cma_release(mine, page, 1));
    CHECK(cma_release(other, page, 4));
    return 0;
}
