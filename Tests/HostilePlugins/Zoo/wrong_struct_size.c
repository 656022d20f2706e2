/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("hands over structs that say to be smaller than they have to be")
{
    static const uint32_t sizes[] = {0, 1, 8, sizeof(struct dma_limits) - 1};
    struct dma_limits limits = {0};
    struct device *dev;
    unsigned int i;

    devemu_attach(host);
    dev = device_register("camera");
    limits.mask = 0xffffffff;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        limits.size = sizes[i];
        CHECK(dma_set_limits(dev, &limits) == -22);
    }
    limits.size = sizeof(limits);
    CHECK(dma_set_limits(dev, &limits) == 0);
    return 0;
}
