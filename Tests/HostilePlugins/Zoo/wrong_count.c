/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("says wrong numbers of chunks, pages and planes")
{
    const struct page *chunks[2];
    struct dma_segment segment;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    size_t planes[2] = {1, 7};

    devemu_attach(host);
    dev = device_register("camera");
    cma = dev_get_cma_area(dev);
    set = buffer_set_open(dev, "buffers", 2, 1);
    chunks[0] = cma_alloc(cma, 4, 0, CMA_ALLOC_NORMAL);
    chunks[1] = chunks[0];
    CHECK(chunks[0]);
    CHECK(buffer_set_add(set, chunks, (size_t)1 << 60, 4) == -22);
    CHECK(buffer_set_add(set, chunks, 1, (size_t)1 << 60) == -22);
    CHECK(buffer_set_add(set, chunks, 2, 4) == -22);
    segment.page = chunks[0];
    segment.pages = UINT64_MAX;
    CHECK(buffer_set_add_segments(set, &segment, 1, NULL, 0) == -22);
    segment.pages = 4;
    CHECK(buffer_set_add_segments(set, &segment, SIZE_MAX, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, &segment, 1, planes, 2) == -22);
    CHECK(buffer_set_add_segments(set, &segment, 1, NULL, SIZE_MAX) == -22);
    CHECK(buffer_set_close(set) == 0);
    CHECK(cma_release(cma, chunks[0], 4));
    return 0;
}
