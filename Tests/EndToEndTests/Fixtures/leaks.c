/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("never releases its three pages")
{
    struct device *dev;
    const struct page *page;
    struct buffer_set *set;

    devemu_attach(host);
    dev = device_register("leaky");
    set = buffer_set_open(dev, "buffers", 1, 1);
    page = cma_alloc(dev_get_cma_area(dev), 3, 0, CMA_ALLOC_NORMAL);
    CHECK(buffer_set_add(set, &page, 1, 3) == 0);
    CHECK(buffer_set_close(set) == 1);
    return 0;
}
