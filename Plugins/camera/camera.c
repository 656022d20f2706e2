/* SPDX-License-Identifier: Apache-2.0
 *
 * camera - a capture driver without an IOMMU.
 *
 * The sensor mode decides the size of a frame. Each buffer is gathered from chunks of 2^order pages:
 * fail-fast as long as that works, then normal calls for what is still missing. Like vb2, the driver
 * goes on with fewer buffers than asked for, down to min_buffers, and gives up below that.
 */
#include <devemu/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.devemu.camera\0"
    "version=1.0\0"
    "license=Apache-2.0\0"
    "summary=capture device that gathers its frame buffers from CMA chunks\0"
    "entry=camera_run:i32(ptr host, u32 width, u32 height, cstr format, u32 fps, u32 buffers, "
    "u32 min_buffers, u32 order)\0"
    "param=width:u32:1920:16..16384:pixels of a line\0"
    "param=height:u32:1080:16..16384:lines of a frame\0"
    "param=format:cstr:NV12:RAW10|RAW12|NV12|YUYV:pixel format\0"
    "param=fps:u32:30:1..1000:frames a second\0"
    "param=buffers:u32:4:1..32:frame buffers wanted\0"
    "param=min_buffers:u32:2:1..32:frame buffers that it takes at least\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0")

#define PAGE_SIZE 4096u
#define ALIGN(x, a) (((x) + (a) - 1) / (a) * (a))
#define DIV_ROUND_UP(x, d) (((x) + (d) - 1) / (d))

/* A packed raw line ends on the receiver's 32-byte boundary; NV12 has a half-size chroma plane
 * behind the luma plane. */
struct pixel_format {
    const char *name;
    unsigned int bits_per_pixel; /* of the first plane */
    unsigned int line_align;     /* bytes */
    unsigned int halves;         /* planes together, in halves of the first one */
};

static const struct pixel_format formats[] = {
    {"RAW10", 10, 32, 2},
    {"RAW12", 12, 32, 2},
    {"NV12", 8, 1, 3},
    {"YUYV", 16, 1, 2},
};

static uint64_t camera_sizeimage(const struct pixel_format *format, uint32_t width, uint32_t height)
{
    uint64_t bytesperline = ALIGN(DIV_ROUND_UP((uint64_t)width * format->bits_per_pixel, 8),
                                  format->line_align);

    return bytesperline * height * format->halves / 2;
}

/* A capture queue while its buffers are gathered. */
struct capture {
    struct cma *cma;
    struct buffer_set *set;
    const struct page **chunks;
    size_t got, wanted;     /* chunks */
    size_t per_buffer;      /* chunks of one buffer */
    unsigned int order;
};

/* Takes chunks until all are there or a call fails; each buffer counts as soon as it is whole. */
static void camera_gather(struct capture *queue, enum cma_alloc_mode mode)
{
    while (queue->got < queue->wanted) {
        struct page *page = cma_alloc(queue->cma, (size_t)1 << queue->order, queue->order, mode);

        if (!page)
            return;
        queue->chunks[queue->got++] = page;
        if (queue->got % queue->per_buffer == 0)
            buffer_set_add(queue->set, queue->chunks + queue->got - queue->per_buffer,
                           queue->per_buffer, (size_t)1 << queue->order);
    }
}

DEVEMU_EXPORT int32_t camera_run(const struct devemu_host *host, uint32_t width, uint32_t height,
                                 const char *format_name, uint32_t fps, uint32_t buffers,
                                 uint32_t min_buffers, uint32_t order)
{
    const struct pixel_format *format = formats;
    struct capture queue = {.order = order};
    uint64_t sizeimage, start;
    struct device *dev;
    char line[160];
    size_t fast, i;
    int ready;
    int32_t err = devemu_attach(host);

    if (err)
        return err;
    while (strcmp(format->name, format_name) != 0)
        format++;
    if (min_buffers > buffers)
        min_buffers = buffers;

    sizeimage = camera_sizeimage(format, width, height);
    queue.per_buffer = DIV_ROUND_UP(sizeimage, (uint64_t)PAGE_SIZE << order);
    queue.wanted = queue.per_buffer * buffers;
    queue.chunks = calloc(queue.wanted, sizeof(*queue.chunks));
    dev = device_register("camera");
    if (!queue.chunks || !dev) {
        free(queue.chunks);
        return -12; /* -ENOMEM */
    }
    snprintf(line, sizeof(line), "%ux%u %s: %u buffers, each %llu bytes in %zu x %u KiB", width,
             height, format->name, buffers, (unsigned long long)sizeimage, queue.per_buffer, 4u << order);
    devemu_log(DEVEMU_LOG_INFO, line);

    queue.cma = dev_get_cma_area(dev);
    queue.set = buffer_set_open(dev, "capture", buffers, min_buffers);
    start = ktime_get_ns();
    camera_gather(&queue, CMA_ALLOC_FAIL_FAST);
    fast = queue.got;
    camera_gather(&queue, CMA_ALLOC_NORMAL);
    ready = buffer_set_close(queue.set);

    snprintf(line, sizeof(line), "%d of %u buffers after %.1f frame periods; %zu of %zu chunks fail-fast",
             ready, buffers, (double)(ktime_get_ns() - start) * fps / 1e9, fast, queue.wanted);
    devemu_log(ready < (int)min_buffers ? DEVEMU_LOG_ERROR : DEVEMU_LOG_INFO, line);

    for (i = 0; i < queue.got; i++)
        cma_release(queue.cma, queue.chunks[i], 1ul << order);
    free(queue.chunks);
    return 0;
}
