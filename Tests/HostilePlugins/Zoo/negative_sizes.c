/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("asks for negative numbers of pages, buffers and nanoseconds")
{
    const struct page *chunk = NULL;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;

    devemu_attach(host);
    dev = device_register("camera");
    cma = dev_get_cma_area(dev);
    CHECK(!cma_alloc(cma, (size_t)-1, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc(cma, (size_t)-4096, 0, CMA_ALLOC_FAIL_FAST));
    CHECK(!cma_gather(cma, (size_t)-1, (size_t)-1, 0, &chunk));
    CHECK(!cma_gather(cma, 1, (size_t)-1, 0, &chunk));
    set = buffer_set_open(dev, "buffers", 1, 1);
    CHECK(buffer_set_add(set, &chunk, (size_t)-1, 1) == -22);
    CHECK(stream_on(set, STREAM_CAPTURE, 0, (uint64_t)-1, 0) == -22);
    CHECK(dma_job(dev, NULL, (size_t)-1, 1) == -22);
    CHECK(buffer_set_close(set) == 0);
    return 0;
}
