/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("adds chunks to a buffer set that are not its own, and buffers that do not fit")
{
    struct device *dev, *other;
    const struct page *chunks[2];
    struct buffer_set *set;

    devemu_attach(host);
    dev = device_register("camera");
    other = device_register("other");
    CHECK(!device_register("camera"));
    CHECK(!device_register(""));
    CHECK(!device_register("\xff"));
    CHECK(!buffer_set_open(dev, "none", 0, 0));
    CHECK(!buffer_set_open(dev, "upside down", 1, 2));
    set = buffer_set_open(dev, "buffers", 1, 1);
    CHECK(set);
    chunks[0] = cma_alloc(dev_get_cma_area(dev), 2, 0, CMA_ALLOC_NORMAL);
    chunks[1] = cma_alloc(dev_get_cma_area(other), 2, 0, CMA_ALLOC_NORMAL);
    CHECK(buffer_set_add(set, chunks, 2, 2) == -22);
    CHECK(buffer_set_add(set, chunks, 0, 2) == -22);
    CHECK(buffer_set_add(set, chunks, ~(size_t)0, 2) == -22);
    CHECK(buffer_set_add(set, NULL, 1, 2) == -22);
    CHECK(buffer_set_add(set, chunks, 1, 0) == -22);
    CHECK(buffer_set_add(set, chunks, 1, 3) == -22);
    CHECK(buffer_set_add(NULL, chunks, 1, 2) == -22);
    CHECK(buffer_set_add((struct buffer_set *)dev, chunks, 1, 2) == -22);
    CHECK(buffer_set_add(set, chunks, 1, 2) == 0);
    CHECK(buffer_set_add(set, chunks, 1, 2) == -22);
    CHECK(buffer_set_close(set) == 1);
    CHECK(buffer_set_close(set) == -22);
    CHECK(buffer_set_add(set, chunks, 1, 2) == -22);
    CHECK(cma_release(dev_get_cma_area(dev), chunks[0], 2));
    CHECK(cma_release(dev_get_cma_area(other), chunks[1], 2));
    return 0;
}
