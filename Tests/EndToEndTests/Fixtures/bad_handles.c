/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("hands rubbish where a handle belongs")
{
    struct device *dev;
    int local;

    devemu_attach(host);
    dev = device_register("camera");
    CHECK(!cma_alloc(NULL, 1, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc((struct cma *)&local, 1, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc((struct cma *)~(uintptr_t)0, 1, 0, CMA_ALLOC_NORMAL));
    CHECK(!cma_alloc((struct cma *)dev, 1, 0, CMA_ALLOC_NORMAL));
    CHECK(!dev_get_cma_area(NULL));
    CHECK(!dev_get_cma_area((struct device *)((char *)dev + 1)));
    CHECK(!buffer_set_open(NULL, "buffers", 1, 1));
    CHECK(!buffer_set_open(dev, NULL, 1, 1));
    CHECK(!device_register(NULL));
    CHECK(buffer_set_close(NULL) == -22);
    devemu_log(DEVEMU_LOG_INFO, NULL);
    return 0;
}
