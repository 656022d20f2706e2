/* SPDX-License-Identifier: Apache-2.0
 *
 * secure-heap - protected video memory in physically contiguous chunks, and nothing else.
 *
 * The load of the debate on linux-mm in 2020: hardware for protected 4K and 8K video that needs 4800
 * chunks of 64 KiB, 300 MiB, at the same time. All are asked for at once.
 */
#include <devemu/plugin.h>
#include <stdio.h>
#include <stdlib.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.devemu.secure-heap\0"
    "version=1.0\0"
    "license=Apache-2.0\0"
    "summary=heap of equal chunks for protected video, asked for at once\0"
    "entry=secure_heap_run:i32(ptr host, u32 chunks, u32 min_chunks, u32 order)\0"
    "param=chunks:u32:4800:1..1048576:chunks wanted\0"
    "param=min_chunks:u32:4800:1..1048576:chunks that it takes at least\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0")

DEVEMU_EXPORT int32_t secure_heap_run(const struct devemu_host *host, uint32_t chunks, uint32_t min_chunks,
                                      uint32_t order)
{
    size_t chunk_pages = (size_t)1 << order, got, i;
    const struct page **held;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    int32_t err = devemu_attach(host);

    if (err)
        return err;
    if (min_chunks > chunks)
        min_chunks = chunks;
    dev = device_register("secure-heap");
    held = calloc(chunks, sizeof(*held));
    if (!dev || !held) {
        free(held);
        return -12; /* -ENOMEM */
    }
    cma = dev_get_cma_area(dev);
    set = buffer_set_open(dev, "chunks", chunks, min_chunks);
    got = cma_gather(cma, chunks, chunk_pages, order, held);
    for (i = 0; i < got; i++)
        buffer_set_add(set, &held[i], 1, chunk_pages);
    buffer_set_close(set);
    for (i = 0; i < got; i++)
        cma_release(cma, held[i], chunk_pages);
    free(held);
    return 0;
}
