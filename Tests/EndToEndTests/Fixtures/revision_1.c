/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE_ABI("1", "1", FIXTURE_TEXT("built when the ABI had one revision"))

/* The host table as it was then. */
struct old_host {
    uint32_t size;
    uint32_t abi;
    void *context;
    uintptr_t page_base;
    uintptr_t page_stride;
    struct device *(*device_register)(void *context, const char *name);
    struct cma *(*dev_get_cma_area)(void *context, struct device *dev);
    struct page *(*cma_alloc)(void *context, struct cma *cma, size_t count, uint32_t align, uint32_t mode);
    int32_t (*cma_release)(void *context, struct cma *cma, const struct page *pages, uint64_t count);
    uint64_t (*ktime_get_ns)(void *context);
    void (*sleep_ns)(void *context, uint64_t ns);
    struct buffer_set *(*buffer_set_open)(void *context, struct device *dev, const char *name,
                                          uint32_t wanted, uint32_t min);
    int32_t (*buffer_set_add)(void *context, struct buffer_set *set, const struct page *const *chunks,
                              size_t nr_chunks, size_t chunk_pages);
    int32_t (*buffer_set_close)(void *context, struct buffer_set *set);
    void (*log)(void *context, uint32_t level, const char *text);
};

DEVEMU_EXPORT int32_t run(const struct devemu_host *table)
{
    const struct old_host *host = (const struct old_host *)table;
    const struct page *page;
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;

    if (host->abi < 1 || host->size < sizeof(*host))
        return -22;
    dev = host->device_register(host->context, "old");
    cma = host->dev_get_cma_area(host->context, dev);
    set = host->buffer_set_open(host->context, dev, "buffers", 1, 1);
    page = host->cma_alloc(host->context, cma, 16, 4, CMA_ALLOC_FAIL_FAST);
    if (host->buffer_set_add(host->context, set, &page, 1, 16) != 0)
        return __LINE__;
    if (host->buffer_set_close(host->context, set) != 1)
        return __LINE__;
    host->sleep_ns(host->context, 1000);
    host->log(host->context, 6, "still here");
    return host->cma_release(host->context, cma, page, 16) ? 0 : __LINE__;
}
