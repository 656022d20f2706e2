/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("decodes ten frames of one into the other, and calls everything wrongly before")
{
    const struct page *chunks[3];
    struct device *dev, *other;
    struct dma_access io[2];
    struct buffer_set *set;
    uint64_t start;
    size_t size = 1;
    uint64_t *words;
    int i;

    devemu_attach(host);
    dev = device_register("codec");
    other = device_register("other");
    set = buffer_set_open(dev, "frames", 3, 3);
    for (i = 0; i < 3; i++) {
        chunks[i] = cma_alloc(dev_get_cma_area(dev), 25, 0, CMA_ALLOC_NORMAL);
        CHECK(buffer_set_add(set, &chunks[i], 1, 25) == i);
    }
    buffer_set_close(set);
    io[0] = (struct dma_access){.set = set, .index = 0, .writes = 0};
    io[1] = (struct dma_access){.set = set, .index = 1, .writes = 1};
    CHECK(dma_job(NULL, io, 2, 1) == -22);
    CHECK(dma_job(other, io, 2, 1) == -22);
    CHECK(dma_job(dev, NULL, 2, 1) == -22);
    CHECK(dma_job(dev, io, 0, 1) == -22);
    CHECK(dma_job(dev, io, ~(size_t)0, 1) == -22);
    CHECK(dma_job(dev, io, 2, 0) == -22);
    io[1].index = 3;
    CHECK(dma_job(dev, io, 2, 1) == -22);
    io[1].index = 1, io[1].writes = 2;
    CHECK(dma_job(dev, io, 2, 1) == -22);
    io[1].writes = 1, io[1].set = NULL;
    CHECK(dma_job(dev, io, 2, 1) == -22);
    io[1].set = set;
    CHECK(stream_queue(set, 1) == 0);
    CHECK(dma_job(dev, io, 2, 1) == -16);
    CHECK(stream_off(set) == 0);

    start = ktime_get_ns();
    for (i = 0; i < 10; i++) {
        io[0].index = (uint32_t)i % 3;
        io[1].index = (uint32_t)(i + 1) % 3;
        CHECK(dma_job(dev, io, 2, 102400000) == 0);
    }
    CHECK(ktime_get_ns() == start + 10 * 1000000);

    CHECK(!buffer_map(NULL, 0, &size));
    CHECK(!buffer_map(set, 3, &size));
    CHECK(!buffer_map(set, ~0u, &size));
    CHECK(size == 1);
    buffer_unmap(NULL, 0);
    buffer_unmap(set, 3);
    words = buffer_map(set, 1, &size);
    if (words) {
        CHECK(buffer_map(set, 1, NULL) == words);
        CHECK(size == 25 * 4096);
        CHECK(words[0] == 10);
        for (i = 0; i < 25; i++)
            CHECK(words[i * 512 + 2] == (uint64_t)i);
        words[1000] = 0;
        buffer_unmap(set, 1);
        io[0].index = 1, io[1].index = 2;
        CHECK(dma_job(dev, io, 2, 1 << 30) == 0);
        devemu_log(DEVEMU_LOG_INFO, "pages have bytes");
    }
    for (i = 0; i < 3; i++) {
        CHECK(buffer_set_remove(set, (unsigned int)i) == 0);
        CHECK(cma_release(dev_get_cma_area(dev), chunks[i], 25));
    }
    return 0;
}
