/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("releases a buffer that its device still has, in two halves")
{
    const struct page *chunk;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;

    devemu_attach(host);
    dev = device_register("hasty");
    device_register("idle");
    cma = dev_get_cma_area(dev);
    set = buffer_set_open(dev, "buffers", 1, 1);
    chunk = cma_alloc(cma, 16, 0, CMA_ALLOC_NORMAL);
    CHECK(buffer_set_add(set, &chunk, 1, 16) == 0);
    CHECK(buffer_set_close(set) == 1);
    CHECK(stream_queue(set, 0) == 0);
    CHECK(stream_on(set, STREAM_CAPTURE, 1000000, 4096, 1000000000) == 0);
    CHECK(cma_release(cma, chunk, 10));
    usleep_range(3000, 3000);
    CHECK(stream_dequeue(set, 0) == 0);
    CHECK(stream_queue(set, 0) == -22);
    return 0;
}
