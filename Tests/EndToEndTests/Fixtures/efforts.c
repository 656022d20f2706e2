/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("a driver that chooses its windows and efforts itself")
{
    struct cma_effort effort = {.size = sizeof(effort), .flags = CMA_DISABLE_PCP, .migrate_tries = 1};
    const struct page *chunks[2];
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    int64_t offset;

    devemu_attach(host);
    dev = device_register("driver");
    cma = dev_get_cma_area(dev);
    set = buffer_set_open(dev, "buffers", 1, 1);
    chunks[0] = cma_alloc_effort(cma, 16, 4, &effort);
    CHECK(chunks[0]);
    offset = cma_next_window(cma, 4096, 16, 4);
    CHECK(offset == 4096);
    chunks[1] = cma_try_window(cma, offset, 16, &effort);
    CHECK(chunks[1]);
    CHECK(buffer_set_add(set, chunks, 2, 16) == 0);
    CHECK(buffer_set_close(set) == 1);
    CHECK(cma_release(cma, chunks[0], 16));
    CHECK(cma_release(cma, chunks[1], 16));
    return 0;
}
