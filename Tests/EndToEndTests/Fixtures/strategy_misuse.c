/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

STRATEGY("asks for what no strategy gets, and with numbers that mean nothing")
{
    struct cma_effort good = {.size = sizeof(good), .flags = CMA_ASYNC, .migrate_tries = 1};
    struct cma_effort efforts[5] = {good, good, good, good, good};
    const struct page *page;
    size_t i, where;

    devemu_attach(host);
    EXPECT(cma_gather(cma, wanted, chunk_pages, align, chunks) == 0);
    EXPECT(!device_register("strategy"));
    EXPECT(!buffer_set_open((struct device *)0xffffde0000000000, "buffers", 1, 1));

    efforts[0].size = sizeof(good) - 1;
    efforts[1].size = 0;
    efforts[2].flags = 128;
    efforts[3].migrate_tries = 101;
    efforts[4].rescans = ~0u;
    for (i = 0; i < 5; i++) {
        EXPECT(!cma_alloc_effort(cma, 1, 0, &efforts[i]));
        EXPECT(!cma_try_window(cma, 0, 1, &efforts[i]));
    }
    EXPECT(!cma_alloc_effort(cma, 1, 0, NULL));
    EXPECT(!cma_alloc_effort(NULL, 1, 0, &good));
    EXPECT(!cma_alloc_effort(cma, 0, 0, &good));
    EXPECT(!cma_alloc_effort(cma, ~(size_t)0, 0, &good));
    EXPECT(!cma_alloc_effort(cma, 1, 41, &good));
    EXPECT(!cma_alloc_effort(cma, 1, ~0u, &good));
    EXPECT(!cma_try_window(cma, ~(size_t)0, 1, &good));
    EXPECT(!cma_try_window(cma, 0, ~(size_t)0, &good));
    EXPECT(!cma_try_window(cma, (size_t)1 << 63, (size_t)1 << 63, &good));
    EXPECT(!cma_try_window(cma, cma_pages(cma), 1, &good));
    EXPECT(!cma_try_window(cma, 0, 0, &good));
    EXPECT(cma_next_window(cma, ~(size_t)0, 1, 0) == -1);
    EXPECT(cma_next_window(cma, 0, ~(size_t)0, 0) == -1);
    EXPECT(cma_next_window(cma, 0, 0, 0) == -1);
    EXPECT(cma_next_window(cma, 0, 1, ~0u) == -1);
    EXPECT(cma_look(cma, ~(size_t)0, 1, &where) == CMA_PINNED);
    EXPECT(cma_look(cma, 0, ~(size_t)0, &where) == CMA_PINNED);
    EXPECT(cma_look(cma, 0, 0, NULL) == CMA_PINNED);
    EXPECT(cma_look(NULL, 0, 1, &where) == CMA_PINNED);
    EXPECT(cma_pages(NULL) == 0);
    cma_drain_all(NULL);
    EXPECT(cma_next_window(NULL, 0, 1, 0) == -1);
    EXPECT(!cma_alloc((struct cma *)((char *)cma + host->page_stride), 1, 0, CMA_ALLOC_NORMAL));

    efforts[0] = (struct cma_effort){.size = 1000, .flags = 127, .migrate_tries = 100, .rescans = 100};
    page = cma_alloc_effort(cma, 1, 0, &efforts[0]);
    EXPECT(page && cma_release(cma, page, 1));
    return 0;
}
