/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("makes a buffer of pages that it has released")
{
    const struct page *chunk;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;

    devemu_attach(host);
    dev = device_register("camera");
    cma = dev_get_cma_area(dev);
    set = buffer_set_open(dev, "buffers", 1, 1);
    chunk = cma_alloc(cma, 4, 0, CMA_ALLOC_NORMAL);
    CHECK(chunk && cma_release(cma, chunk, 4));
    CHECK(buffer_set_add(set, &chunk, 1, 4) == -22);
    chunk = cma_alloc(cma, 4, 0, CMA_ALLOC_NORMAL);
    CHECK(buffer_set_add(set, &chunk, 1, 4) == 0);
    CHECK(buffer_set_close(set) == 1);
    CHECK(cma_release(cma, chunk, 4));
    CHECK(stream_queue(set, 0) == -22);
    CHECK(!buffer_map(set, 0, NULL));
    return 0;
}
