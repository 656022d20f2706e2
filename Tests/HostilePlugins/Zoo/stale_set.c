/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("goes on using a buffer set that it has closed, and sets that never were")
{
    const struct page *chunk;
    struct buffer_set *set;
    struct device *dev;

    devemu_attach(host);
    dev = device_register("camera");
    set = buffer_set_open(dev, "buffers", 1, 1);
    CHECK(buffer_set_close(set) == 0);
    CHECK(buffer_set_close(set) == -22);
    chunk = cma_alloc(dev_get_cma_area(dev), 1, 0, CMA_ALLOC_NORMAL);
    CHECK(buffer_set_add(set, &chunk, 1, 1) == -22);
    CHECK(buffer_set_remove(set, 0) == -22);
    CHECK(buffer_set_remove(set, ~0u) == -22);
    CHECK(stream_queue(set, 0) == -22);
    set = (struct buffer_set *)((char *)set + (1 << 20));
    CHECK(buffer_set_close(set) == -22);
    CHECK(stream_off(set) == -22);
    CHECK(stream_dequeue(set, 0) == -22);
    CHECK(cma_release(dev_get_cma_area(dev), chunk, 1));
    return 0;
}
