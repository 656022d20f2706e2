/* SPDX-License-Identifier: Apache-2.0
 *
 * devemu/video_queue.h - a queue of video buffers, between a driver and the host.
 *
 * Requests follow videobuf2 of Linux 6.1: buffer after buffer, plane after plane, until one cannot be
 * had. What was got until then is enough when it is as many as asked for, or when the driver accepts
 * less and it is at least `min`; else the request fails.
 */
#ifndef DEVEMU_VIDEO_QUEUE_H
#define DEVEMU_VIDEO_QUEUE_H

#include <devemu/plugin.h>
#include <devemu/video.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VIDEO_MAX_BUFFERS 32u /* of a queue, as VIDEO_MAX_FRAME of Linux 6.1 */
#define VIDEO_EINVAL (-22)
#define VIDEO_ENOMEM (-12)
#define VIDEO_EBUSY (-16)

/* What becomes of the buffers of a request that failed. */
enum video_failure {
    VIDEO_ROLLBACK, /* all are released, as vb2 does */
    VIDEO_KEEP,     /* they stay allocated until the queue is freed; the request failed all the same */
    VIDEO_DEGRADE,  /* the driver goes on with what there is, if it is one buffer; a resize that failed
                     * asks for the old size again */
};

/* In which order a queue changes to buffers of another size. */
enum video_realloc {
    VIDEO_FREE_FIRST,  /* the memory of the old buffers can serve the new ones */
    VIDEO_ALLOC_FIRST, /* the old ones stay in use meanwhile: both live at the same time */
};

/* How a queue gets its memory and how it takes a failure. */
struct video_policy {
    bool contiguous;    /* each plane in one piece; else in chunks */
    unsigned int order; /* a chunk is 2^order pages, 0 ... 10 */
    bool accepts_less;  /* the driver works with fewer buffers than asked for, down to `min` */
    enum video_failure failure;
};

struct video_buffer {
    struct dma_segment *segments;
    size_t nr_segments;
    int index; /* in the buffer set */
};

struct video_queue {
    struct device *dev;
    const char *name; /* of its buffer sets; must live as long as the queue */
    struct video_policy policy;
    struct video_layout layout;
    unsigned int wanted, min;
    struct buffer_set *set; /* NULL before the first request */
    unsigned int count;     /* buffers that there are */
    unsigned int got;       /* buffers that the last request came to, whatever became of them */
    struct video_buffer buffers[VIDEO_MAX_BUFFERS];
    bool is_streaming;
    unsigned int nr_held; /* buffers between dequeue and queue, the oldest first */
    int held[VIDEO_MAX_BUFFERS];
};

static inline void video_queue_init(struct video_queue *queue, struct device *dev, const char *name,
                                    struct video_policy policy)
{
    memset(queue, 0, sizeof(*queue));
    queue->dev = dev;
    queue->name = name;
    queue->policy = policy;
}

/* What the set calls buffer number `number`, below `count`, of the queue. */
static inline unsigned int video_queue_index(const struct video_queue *queue, unsigned int number)
{
    return (unsigned int)queue->buffers[number].index;
}

/* ---- One buffer ---------------------------------------------------------------------------- */

static inline void video_buffer_release(struct video_queue *queue, struct video_buffer *buffer)
{
    struct cma *cma = dev_get_cma_area(queue->dev);
    size_t i;

    for (i = 0; i < buffer->nr_segments; i++)
        cma_release(cma, buffer->segments[i].page, (unsigned long)buffer->segments[i].pages);
    free(buffer->segments);
    memset(buffer, 0, sizeof(*buffer));
}

/* Gathers `wanted` pieces of a plane by the run's strategy and appends them. False when some are
 * missing; those that were got are in the buffer. */
static inline bool video_plane_gather(struct video_queue *queue, struct video_buffer *buffer,
                                      size_t wanted, uint64_t pages, unsigned int align)
{
    const struct page **chunks = (const struct page **)calloc(wanted, sizeof(*chunks));
    size_t got = 0, i;

    if (chunks)
        got = cma_gather(dev_get_cma_area(queue->dev), wanted, (size_t)pages, align, chunks);
    for (i = 0; i < got; i++) {
        buffer->segments[buffer->nr_segments].page = chunks[i];
        buffer->segments[buffer->nr_segments].pages = pages;
        buffer->nr_segments++;
    }
    free(chunks);
    return got == wanted;
}

/* Pieces that the plane is made of. */
static inline size_t video_plane_pieces(const struct video_queue *queue, unsigned int plane)
{
    return queue->policy.contiguous ? 1 : video_chunks(queue->layout.sizeimage[plane], queue->policy.order);
}

/* Allocates the buffer and adds it to the queue's set. 0, or a negative error with nothing kept. */
static inline int video_buffer_alloc(struct video_queue *queue, struct video_buffer *buffer)
{
    unsigned int order = queue->policy.order, plane;
    size_t ends[VIDEO_MAX_PLANES], pieces = 0;
    bool whole = true;

    memset(buffer, 0, sizeof(*buffer));
    for (plane = 0; plane < queue->layout.nr_planes; plane++) {
        pieces += video_plane_pieces(queue, plane);
        ends[plane] = pieces;
    }
    buffer->segments = (struct dma_segment *)calloc(pieces, sizeof(*buffer->segments));
    if (!buffer->segments)
        return VIDEO_ENOMEM;
    for (plane = 0; whole && plane < queue->layout.nr_planes; plane++) {
        uint64_t pages = video_pages(queue->layout.sizeimage[plane]);

        if (queue->policy.contiguous)
            whole = video_plane_gather(queue, buffer, 1, pages, video_align_order(pages));
        else
            whole = video_plane_gather(queue, buffer, video_plane_pieces(queue, plane),
                                       (uint64_t)1 << order, order);
    }
    buffer->index = whole ? buffer_set_add_segments(queue->set, buffer->segments, buffer->nr_segments,
                                                    ends, queue->layout.nr_planes)
                          : VIDEO_ENOMEM;
    if (buffer->index < 0) {
        int err = buffer->index;

        video_buffer_release(queue, buffer);
        return err;
    }
    return 0;
}

/* ---- REQBUFS ------------------------------------------------------------------------------- */

static inline int video_queue_stop(struct video_queue *queue);

/* REQBUFS(0): stops the engine and gives all memory back. An engine that does not stop, told twice, keeps
 * its buffers: memory that is lost is better than memory that a device writes to when it is another's. */
static inline void video_queue_free(struct video_queue *queue)
{
    unsigned int i;

    if (video_queue_stop(queue) && video_queue_stop(queue))
        return;
    for (i = 0; i < queue->count; i++) {
        buffer_set_remove(queue->set, video_queue_index(queue, i));
        video_buffer_release(queue, &queue->buffers[i]);
    }
    queue->count = 0;
    queue->set = NULL;
}

/* REQBUFS: `wanted` buffers of the layout, of which the device needs `min`. Whatever the queue had is
 * freed first. Returns the number of buffers; -22 when there is nothing to allocate, -12 when there are
 * too few, -16 when the old ones cannot be freed, another negative number when the device cannot address what there is. */
static inline int video_queue_request(struct video_queue *queue, const struct video_layout *layout,
                                      unsigned int wanted, unsigned int min)
{
    unsigned int needed;
    int err = 0;

    if (wanted > VIDEO_MAX_BUFFERS)
        wanted = VIDEO_MAX_BUFFERS;
    if (min > wanted)
        min = wanted;
    video_queue_free(queue);
    if (queue->is_streaming)
        return VIDEO_EBUSY;
    queue->layout = *layout;
    queue->wanted = wanted;
    queue->min = min;
    queue->set = buffer_set_open(queue->dev, queue->name, wanted, min);
    if (!queue->set)
        return VIDEO_EINVAL;
    while (queue->count < wanted && err == 0) {
        err = video_buffer_alloc(queue, &queue->buffers[queue->count]);
        if (err == 0)
            queue->count++;
    }
    buffer_set_close(queue->set);

    queue->got = queue->count;
    needed = queue->policy.accepts_less ? min : wanted;
    if (queue->policy.failure == VIDEO_DEGRADE)
        needed = 1;
    if (queue->count >= needed)
        return (int)queue->count;
    if (queue->policy.failure != VIDEO_KEEP)
        video_queue_free(queue);
    return err;
}

/* Changes to another layout. On failure the queue has no buffers, except that with VIDEO_ALLOC_FIRST
 * the old ones are left, and with VIDEO_DEGRADE the old size is asked for again. Returns as
 * video_queue_request(), and `got` is what the new layout came to. */
static inline int video_queue_resize(struct video_queue *queue, const struct video_layout *layout,
                                     unsigned int wanted, unsigned int min, enum video_realloc realloc_order)
{
    struct video_queue old = *queue;
    unsigned int got;
    int result;

    if (realloc_order == VIDEO_FREE_FIRST)
        video_queue_free(queue);
    else
        video_queue_init(queue, old.dev, old.name, old.policy);
    result = video_queue_request(queue, layout, wanted, min);
    got = queue->got;
    if (realloc_order == VIDEO_FREE_FIRST) {
        if (result < 0 && queue->policy.failure == VIDEO_DEGRADE && old.count)
            video_queue_request(queue, &old.layout, old.wanted, old.min);
    } else if (result < 0) {
        video_queue_free(queue);
        *queue = old;
    } else {
        video_queue_free(&old);
    }
    queue->got = got;
    return result;
}

/* ---- Streaming ----------------------------------------------------------------------------- */

/* STREAMON: a picture each `period_ns`, moved at `bytes_per_s`; to capture, every buffer is queued first.
 * 0 or a negative error. */
static inline int video_queue_start(struct video_queue *queue, enum stream_kind kind, uint64_t period_ns,
                                    uint64_t bytes_per_s)
{
    unsigned int i;
    int err = 0;

    for (i = 0; kind == STREAM_CAPTURE && err == 0 && i < queue->count; i++)
        err = stream_queue(queue->set, video_queue_index(queue, i));
    if (err == 0)
        err = stream_on(queue->set, kind, period_ns, video_layout_bytes(&queue->layout), bytes_per_s);
    if (err)
        stream_off(queue->set);
    queue->is_streaming = err == 0;
    queue->nr_held = 0;
    return err;
}

/* STREAMOFF: all buffers are the driver's again, the memory stays. 0, or a negative error: the engine is
 * still on. */
static inline int video_queue_stop(struct video_queue *queue)
{
    int err = queue->is_streaming ? stream_off(queue->set) : 0;

    if (err)
        return err;
    queue->is_streaming = false;
    queue->nr_held = 0;
    return 0;
}

/* Waits at most `timeout_ns` for the next picture and keeps it; of the pictures kept all but the
 * newest `hold` go back to the engine. Returns the buffer's index in the set, or a negative error. */
static inline int video_queue_take(struct video_queue *queue, unsigned int hold, uint64_t timeout_ns)
{
    int index = stream_dequeue(queue->set, timeout_ns);

    if (index < 0 || queue->nr_held >= VIDEO_MAX_BUFFERS)
        return index;
    queue->held[queue->nr_held++] = index;
    while (queue->nr_held > hold) {
        stream_queue(queue->set, (unsigned int)queue->held[0]);
        queue->nr_held--;
        memmove(queue->held, queue->held + 1, queue->nr_held * sizeof(queue->held[0]));
    }
    return index;
}

#ifdef __cplusplus
}
#endif

#endif
