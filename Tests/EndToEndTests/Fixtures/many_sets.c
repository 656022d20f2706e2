/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("has as many sets open as it may, and one more")
{
    const struct page *pages[64];
    struct buffer_set *sets[64];
    struct device *dev;
    int i;

    devemu_attach(host);
    dev = device_register("busy");
    for (i = 0; i < 64; i++) {
        sets[i] = buffer_set_open(dev, "one of many", 1, 1);
        CHECK(sets[i]);
    }
    CHECK(!buffer_set_open(dev, "one too many", 1, 1));
    for (i = 63; i >= 0; i--) {
        pages[i] = cma_alloc(dev_get_cma_area(dev), 1, 0, CMA_ALLOC_NORMAL);
        CHECK(buffer_set_add(sets[i], &pages[i], 1, 1) == 0);
        CHECK(buffer_set_close(sets[i]) == 1);
        CHECK(buffer_set_remove(sets[i], 0) == 0);
        CHECK(cma_release(dev_get_cma_area(dev), pages[i], 1));
    }
    return 0;
}
