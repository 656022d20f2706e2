/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("asks for odd counts at alignments that no window has, and for crooked limits")
{
    struct dma_limits limits = {sizeof(limits), 0, 0, 12345, 0, 0};
    struct device *dev;
    struct page *page;
    struct cma *cma;
    unsigned int align;

    devemu_attach(host);
    dev = device_register("camera");
    cma = dev_get_cma_area(dev);
    for (align = 0; align < 12; align++) {
        page = cma_alloc(cma, 3 + align, align, CMA_ALLOC_NORMAL);
        if (!page)
            continue;
        CHECK(page_to_pfn(page) % (1ul << align) == 0);
        CHECK(!cma_release(cma, (struct page *)((char *)page + 7), 1));
        CHECK(cma_release(cma, page, 3 + align));
    }
    CHECK(dma_set_limits(dev, &limits) == -22);
    limits.boundary = 0;
    limits.align_order = 41;
    CHECK(dma_set_limits(dev, &limits) == -22);
    limits.align_order = 0;
    limits.reserved = 1;
    CHECK(dma_set_limits(dev, &limits) == -22);
    return 0;
}
