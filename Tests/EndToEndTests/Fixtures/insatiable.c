/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdlib.h>

PLUGIN("wants one buffer more than the area has room for")
{
    const struct page *chunk;
    struct buffer_set *set;
    struct device *dev;

    devemu_attach(host);
    dev = device_register("insatiable");
    set = buffer_set_open(dev, "buffers", 1000, 1000);
    while ((chunk = cma_alloc(dev_get_cma_area(dev), 512, 9, CMA_ALLOC_NORMAL)))
        buffer_set_add(set, &chunk, 1, 512);
    buffer_set_close(set);
    return 0;
}
