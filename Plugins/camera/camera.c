/* SPDX-License-Identifier: Apache-2.0
 *
 * camera - a capture driver without an IOMMU.
 *
 * The sensor mode decides the size of a frame. Each buffer is gathered from chunks of 2^order pages.
 * Like vb2, the driver stops at the first buffer that it cannot have, goes on with fewer than asked
 * for, down to min_buffers, and gives up below that.
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
    size_t per_buffer; /* chunks of one buffer */
    unsigned int order;
};

static void camera_release(struct capture *queue, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        cma_release(queue->cma, queue->chunks[i], 1ul << queue->order);
}

/* Gathers buffer after buffer. Returns the number of chunks that are in buffers. */
static size_t camera_gather(struct capture *queue, uint32_t buffers)
{
    size_t chunk_pages = (size_t)1 << queue->order;
    size_t whole = 0;

    for (uint32_t i = 0; i < buffers; i++) {
        const struct page **buffer = queue->chunks + whole;
        size_t got = cma_gather(queue->cma, queue->per_buffer, chunk_pages, queue->order, buffer);

        if (got < queue->per_buffer) {
            camera_release(queue, whole, whole + got);
            break;
        }
        buffer_set_add(queue->set, buffer, queue->per_buffer, chunk_pages);
        whole += got;
    }
    return whole;
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
    size_t held;
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
    queue.chunks = calloc(queue.per_buffer * buffers, sizeof(*queue.chunks));
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
    held = camera_gather(&queue, buffers);
    ready = buffer_set_close(queue.set);

    snprintf(line, sizeof(line), "%d of %u buffers after %.1f frame periods", ready, buffers,
             (double)(ktime_get_ns() - start) * fps / 1e9);
    devemu_log(ready < (int)min_buffers ? DEVEMU_LOG_ERROR : DEVEMU_LOG_INFO, line);

    camera_release(&queue, 0, held);
    free(queue.chunks);
    return 0;
}
