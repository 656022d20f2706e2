/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

PLUGIN("wants one buffer more than the area has room for")
{
    const struct page *chunks[1000], *chunk;
    struct buffer_set *set;
    struct device *dev;
    int got = 0;

    devemu_attach(host);
    dev = device_register("insatiable");
    set = buffer_set_open(dev, "buffers", 1000, 1000);
    while (got < 1000 && (chunk = cma_alloc(dev_get_cma_area(dev), 512, 9, CMA_ALLOC_NORMAL))) {
        buffer_set_add(set, &chunk, 1, 512);
        chunks[got++] = chunk;
    }
    buffer_set_close(set);
    while (got > 0) {
        buffer_set_remove(set, (uint32_t)--got);
        cma_release(dev_get_cma_area(dev), chunks[got], 512);
    }
    return 0;
}
