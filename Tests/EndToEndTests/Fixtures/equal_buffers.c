/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(
    "id=org.example.equal-buffers\0" "version=1.0\0" "license=Apache-2.0\0"
    "summary=holds equal buffers, each one allocation aligned as the DMA layer aligns it\0"
    "entry=hold:i32(ptr host, u32 buffers, u32 pages)\0"
    "param=buffers:u32:4:1..256:buffers that it needs\0"
    "param=pages:u32:760:1..65536:pages of a buffer\0")

DEVEMU_EXPORT int32_t hold(const struct devemu_host *host, uint32_t buffers, uint32_t pages)
{
    const struct page *held[256];
    uint32_t align = 0, got = 0, i;
    struct buffer_set *set;
    struct device *dev;

    devemu_attach(host);
    while (align < 8 && (1u << align) < pages)
        align++;
    dev = device_register("equal");
    set = buffer_set_open(dev, "all", buffers, buffers);
    while (got < buffers) {
        held[got] = cma_alloc(dev_get_cma_area(dev), pages, align, CMA_ALLOC_NORMAL);
        if (!held[got])
            break;
        buffer_set_add(set, &held[got], 1, pages);
        got++;
    }
    buffer_set_close(set);
    for (i = 0; i < got; i++)
        cma_release(dev_get_cma_area(dev), held[i], pages);
    return 0;
}
