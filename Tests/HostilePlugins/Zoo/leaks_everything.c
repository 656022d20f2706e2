/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdlib.h>

PLUGIN("gives nothing back: pages, sets, streams, memory, descriptors")
{
    const struct page *chunk;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    int i;

    devemu_attach(host);
    dev = device_register("camera");
    cma = dev_get_cma_area(dev);
    for (i = 0; i < 50; i++) {
        void *volatile lost = malloc(4096);

        (void)lost;
        open("/dev/null", O_RDONLY);
        set = buffer_set_open(dev, "buffers", 1, 1);
        chunk = cma_alloc(cma, 1, 0, CMA_ALLOC_FAIL_FAST);
        if (set && chunk && buffer_set_add(set, &chunk, 1, 1) == 0)
            stream_on(set, STREAM_CAPTURE, 1000000, 4096, 1000000000);
    }
    return 0;
}
