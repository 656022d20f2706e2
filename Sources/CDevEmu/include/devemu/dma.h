/* SPDX-License-Identifier: Apache-2.0
 *
 * devemu/dma.h - what devices do with their buffers: limits, streams, jobs, the CPU's view. Part of
 * devemu/plugin.h, which includes it.
 */
#ifndef DEVEMU_DMA_H
#define DEVEMU_DMA_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the DMA of a device can address. Zero is no limit, for each of them. */
struct dma_limits {
    uint32_t size;         /* sizeof(struct dma_limits) */
    uint32_t max_segments; /* contiguous pieces of a plane, neighbours counted as one */
    uint64_t mask;         /* highest byte address, for example 0xffffffff */
    uint64_t boundary;     /* bytes, a power of two of a page or more, that no piece may cross */
    uint32_t align_order;  /* the first pfn of every piece is a multiple of 2^align_order, 0 ... 40 */
    uint32_t reserved;     /* zero */
};

/* One contiguous piece of a buffer. */
struct dma_segment {
    const struct page *page;
    uint64_t pages;
};

/* Which way a stream's frames go, see stream_on(). */
enum stream_kind { STREAM_CAPTURE = 1, STREAM_SCANOUT = 2 };

/* One buffer of a job, see dma_job(). */
struct dma_access {
    struct buffer_set *set;
    uint32_t index;
    uint32_t writes; /* 0: the device reads it, 1: it writes it */
};

/* ---- DMA: what devices do with their buffers ------------------------------------------------- */

/* What the device's DMA can address, for all buffers added from now on. Without this call, everything.
 * 0, or -22 on a bad argument. */
static inline int dma_set_limits(struct device *dev, const struct dma_limits *limits)
{
    return devemu_host_table->dma_set_limits(devemu_host_table->context, dev, limits);
}

/* As buffer_set_add(), for pieces of different sizes. planes[i] is the number of pieces up to the end of
 * plane i, so that the last is nr_segments; NULL and 0 for a single plane. Pieces that are neighbours
 * in the list and in memory count as one for dma_limits, unless they meet on the boundary. */
static inline int buffer_set_add_segments(struct buffer_set *set, const struct dma_segment *segments,
                                          size_t nr_segments, const size_t *planes, size_t nr_planes)
{
    return devemu_host_table->buffer_set_add_segments(devemu_host_table->context, set, segments,
                                                      nr_segments, planes, nr_planes);
}

/* Takes a buffer out of its set, open or closed, before its pages are released. The set's number of
 * buffers stays, the index is not used again. 0, -22 when there is no such buffer, or -16 (-EBUSY)
 * when it is queued or in use by the device. */
static inline int buffer_set_remove(struct buffer_set *set, unsigned int index)
{
    return devemu_host_table->buffer_set_remove(devemu_host_table->context, set, index);
}

/* Starts the set's DMA engine: a frame every `period_ns`, the first one now, each of `bytes` bytes that
 * are moved at `bytes_per_s` and lie in a buffer's first pages.
 *
 * STREAM_CAPTURE: each period the engine fills the oldest queued buffer, which can be dequeued when it
 *     is full. The frame is dropped when none is queued or the frame before is still being moved.
 * STREAM_SCANOUT: each period the engine reads the newest queued buffer, and again as long as no newer
 *     one is queued; then the old one can be dequeued, as can those that were never read. A period is
 *     an underrun when there is nothing to read yet, or the frame before is still being read.
 *
 * A buffer queued at the very instant at which a period begins is too late for it; those queued before
 * stream_on() are not. With --backing memory the engines write and read real bytes, which are checked:
 * a captured frame when it is dequeued, a scanned-out one when it has been read. 0, -16 when the
 * engine is on, or -22 for a number that is zero, a bad kind, or a queued buffer too small for a frame. */
static inline int stream_on(struct buffer_set *set, enum stream_kind kind, uint64_t period_ns,
                            uint64_t bytes, uint64_t bytes_per_s)
{
    return devemu_host_table->stream_on(devemu_host_table->context, set, (uint32_t)kind, period_ns, bytes,
                                        bytes_per_s);
}

/* Stops the engine, if it is on: all buffers are the driver's again, queued, full or half full. 0, or
 * -22 when there is no such set. */
static inline int stream_off(struct buffer_set *set)
{
    return devemu_host_table->stream_off(devemu_host_table->context, set);
}

/* VIDIOC_QBUF: gives a buffer to the engine; it is the engine's until it is dequeued. 0, -16 when it
 * is not the driver's, or -22 when there is no such buffer, its pages were released, or a frame does
 * not fit in it. */
static inline int stream_queue(struct buffer_set *set, unsigned int index)
{
    return devemu_host_table->stream_queue(devemu_host_table->context, set, index);
}

/* VIDIOC_DQBUF: the next buffer that the engine is done with. Lets emulated time pass until there is
 * one, at most `timeout_ns`. Returns its index, -5 (-EIO) when the engine is off, -11 (-EAGAIN) when the
 * time is over, at once if it is UINT64_MAX and nothing is queued that could come, or -22. */
static inline int stream_dequeue(struct buffer_set *set, uint64_t timeout_ns)
{
    return devemu_host_table->stream_dequeue(devemu_host_table->context, set, timeout_ns);
}

/* A job from memory to memory: the device reads and writes whole buffers of its sets, at most 1024, and
 * the caller sleeps until the largest is through at `bytes_per_s`. Writes put a new frame there, behind
 * all reads. 0, -22 on a bad argument, -16 when a buffer is queued or in use, or -5 when a read found
 * something else than was written there last. */
static inline int dma_job(struct device *dev, const struct dma_access *accesses, size_t nr,
                          uint64_t bytes_per_s)
{
    return devemu_host_table->dma_job(devemu_host_table->context, dev, accesses, nr, bytes_per_s);
}

/* The whole buffer as one contiguous stretch for the CPU to read and write, whatever its pieces; `size`,
 * unless NULL, receives its bytes. It lasts until buffer_unmap(), buffer_set_remove(), the release of
 * its pages or the end of the run; mapped twice it is the same. NULL when there is no such buffer,
 * and without --backing memory.
 *
 * A page of a frame that a device wrote is 512 words of 64 bits: the frame's number, the buffer's and the
 * page's number, 508 words that follow from these, and the sum of all words before it. */
static inline void *buffer_map(struct buffer_set *set, unsigned int index, size_t *size)
{
    return devemu_host_table->buffer_map(devemu_host_table->context, set, index, size);
}

static inline void buffer_unmap(struct buffer_set *set, unsigned int index)
{
    devemu_host_table->buffer_unmap(devemu_host_table->context, set, index);
}

#ifdef __cplusplus
}
#endif

#endif
