/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

/* What came with revision 2: gathering, limits, pieces, streams, state, the instance's name. Kept beside
 * the binary that it was compiled to, see ABIPromise.md. */
DEVEMU_PLUGIN_NOTE_ABI("2", "2", FIXTURE_TEXT("built when the ABI had two revisions"))

#define CHUNKS 8u
#define CHUNK_PAGES 16u

static const struct dma_limits limits = {.size = sizeof(limits), .mask = 0x3fffffff, .align_order = 4};

DEVEMU_EXPORT int32_t run(const struct devemu_host *host)
{
    const struct page *chunks[CHUNKS];
    struct dma_segment segments[CHUNKS];
    struct buffer_set *set;
    struct device *dev;
    struct cma *cma;
    unsigned int i;

    if (devemu_attach(host) != 0)
        return -22;
    if (get_drvdata() || !devemu_instance_name()[0])
        return __LINE__;
    set_drvdata(chunks);
    dev = device_register("old");
    cma = dev_get_cma_area(dev);
    if (dma_set_limits(dev, &limits) != 0)
        return __LINE__;
    set = buffer_set_open(dev, "buffers", 1, 1);
    if (cma_gather(cma, CHUNKS, CHUNK_PAGES, 4, chunks) != CHUNKS)
        return __LINE__;
    for (i = 0; i < CHUNKS; i++) {
        segments[i].page = chunks[i];
        segments[i].pages = CHUNK_PAGES;
    }
    if (buffer_set_add_segments(set, segments, CHUNKS, NULL, 0) != 0 || buffer_set_close(set) != 1)
        return __LINE__;
    if (stream_queue(set, 0) != 0 || stream_on(set, STREAM_CAPTURE, 1000000, 4096, 1000000000) != 0)
        return __LINE__;
    if (stream_dequeue(set, 5000000) != 0 || stream_off(set) != 0 || buffer_set_remove(set, 0) != 0)
        return __LINE__;
    devemu_log(DEVEMU_LOG_INFO, get_drvdata() == chunks ? "still here" : "lost");
    for (i = 0; i < CHUNKS; i++)
        if (!cma_release(cma, chunks[i], CHUNK_PAGES))
            return __LINE__;
    return 0;
}
