/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("adds buffers in pieces and planes, and some that its DMA cannot address")
{
    struct dma_limits limits = {.size = sizeof(limits), .max_segments = 2, .align_order = 2};
    struct dma_limits wrong;
    struct dma_segment pieces[3], strange;
    size_t planes[2] = {1, 3}, backwards[2] = {3, 3}, beyond[1] = {4};
    const struct page *chunks[2];
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    uint64_t i;

    devemu_attach(host);
    dev = device_register("isp");
    cma = dev_get_cma_area(dev);
    for (i = 0; i < 3; i++) {
        pieces[i].page = cma_alloc(cma, 4 + i, 3, CMA_ALLOC_NORMAL);
        pieces[i].pages = 4 + i;
        CHECK(pieces[i].page);
    }
    CHECK(dma_set_limits(NULL, &limits) == -22);
    CHECK(dma_set_limits((struct device *)cma, &limits) == -22);
    CHECK(dma_set_limits(dev, NULL) == -22);
    wrong = limits, wrong.size = 8;
    CHECK(dma_set_limits(dev, &wrong) == -22);
    wrong = limits, wrong.boundary = 12288;
    CHECK(dma_set_limits(dev, &wrong) == -22);
    wrong = limits, wrong.align_order = 41;
    CHECK(dma_set_limits(dev, &wrong) == -22);
    wrong = limits, wrong.reserved = 1;
    CHECK(dma_set_limits(dev, &wrong) == -22);

    set = buffer_set_open(dev, "pieces", 3, 1);
    CHECK(buffer_set_add_segments(NULL, pieces, 3, NULL, 0) == -22);
    CHECK(buffer_set_add_segments((struct buffer_set *)dev, pieces, 3, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, NULL, 3, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 0, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, ~(size_t)0, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, (size_t)1 << 40, NULL, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 3, planes, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 3, NULL, 2) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 3, planes, ~(size_t)0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 3, backwards, 2) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 3, beyond, 1) == -22);
    strange = pieces[0], strange.pages = ~0ull;
    CHECK(buffer_set_add_segments(set, &strange, 1, NULL, 0) == -22);
    strange.pages = 0;
    CHECK(buffer_set_add_segments(set, &strange, 1, NULL, 0) == -22);
    strange.page = (const struct page *)set, strange.pages = 1;
    CHECK(buffer_set_add_segments(set, &strange, 1, NULL, 0) == -22);

    CHECK(dma_set_limits(dev, &limits) == 0);
    CHECK(buffer_set_add_segments(set, pieces, 3, NULL, 0) == -34);
    limits.mask = 0xfffff, limits.max_segments = 0;
    CHECK(dma_set_limits(dev, &limits) == 0);
    chunks[0] = pieces[0].page;
    CHECK(buffer_set_add(set, chunks, 1, 4) == -34);
    limits.mask = 0, limits.max_segments = 2;
    CHECK(dma_set_limits(dev, &limits) == 0);
    CHECK(buffer_set_add_segments(set, pieces, 3, planes, 2) == 0);

    CHECK(buffer_set_remove(set, 1) == -22);
    CHECK(buffer_set_remove(set, ~0u) == -22);
    CHECK(buffer_set_remove(NULL, 0) == -22);
    CHECK(buffer_set_remove(set, 0) == 0);
    CHECK(buffer_set_remove(set, 0) == -22);
    CHECK(buffer_set_add_segments(set, pieces, 1, NULL, 0) == 1);
    CHECK(buffer_set_close(set) == 2);
    CHECK(buffer_set_remove(set, 1) == 0);
    for (i = 0; i < 3; i++)
        CHECK(cma_release(cma, pieces[i].page, pieces[i].pages));
    return 0;
}
