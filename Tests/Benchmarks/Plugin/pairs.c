/* SPDX-License-Identifier: Apache-2.0
 *
 * pairs - a driver that takes a chunk and gives it back, over and over: what a call costs on its way
 * through the host table.
 */
#include <devemu/plugin.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.devemu.pairs\0"
    "version=1.0\0"
    "license=Apache-2.0\0"
    "summary=takes a chunk and gives it back, over and over\0"
    "entry=pairs_run:i32(ptr host, u32 pairs, u32 order)\0"
    "param=pairs:u32:1000000:0..1000000000:how often\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0")

DEVEMU_EXPORT int32_t pairs_run(const struct devemu_host *host, uint32_t pairs, uint32_t order)
{
    size_t pages = (size_t)1 << order;
    struct device *dev;
    struct cma *cma;
    int32_t err = devemu_attach(host);

    if (err)
        return err;
    dev = device_register("pairs");
    if (!dev)
        return -12; /* -ENOMEM */
    cma = dev_get_cma_area(dev);
    for (uint32_t i = 0; i < pairs; i++) {
        const struct page *chunk = cma_alloc(cma, pages, order, CMA_ALLOC_NORMAL);

        if (!chunk || !cma_release(cma, chunk, pages))
            return -12;
    }
    return 0;
}
