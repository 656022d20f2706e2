/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("releases twice, too much, and what is not its own")
{
    struct cma *mine, *other;
    struct page *page, *foreign;

    devemu_attach(host);
    mine = dev_get_cma_area(device_register("mine"));
    other = dev_get_cma_area(device_register("other"));
    page = cma_alloc(mine, 4, 0, CMA_ALLOC_NORMAL);
    foreign = cma_alloc(other, 1, 0, CMA_ALLOC_NORMAL);
    CHECK(page && foreign);
    CHECK(!cma_release(mine, page, 0));
    CHECK(!cma_release(mine, page, 5));
    CHECK(!cma_release(mine, page, ~0ul));
    CHECK(!cma_release(mine, page, 1ul << 63));
    CHECK(!cma_release(mine, foreign, 1));
    CHECK(!cma_release(mine, NULL, 1));
    CHECK(!cma_release(mine, (struct page *)((char *)page + 1), 1));
    CHECK(!cma_release(mine, (struct page *)"a string of the plugin", 1));
    CHECK(cma_release(mine, page, 4));
    CHECK(!cma_release(mine, page, 4));
    CHECK(cma_release(other, foreign, 1));
    return 0;
}
