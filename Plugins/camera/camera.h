/* SPDX-License-Identifier: Apache-2.0
 *
 * camera.h - one camera: a receiver that fills a raw ring, an ISP with a main and a preview output.
 */
#ifndef CAMERA_H
#define CAMERA_H

#include "sensors.h"
#include <devemu/video_queue.h>

/* Bytes a second that the receiver, and the ISP, move. */
#define CAMERA_BYTES_PER_S 4000000000ull

/* A queue and what it is to be filled with; `wanted` 0 leaves it out. */
struct stream {
    struct video_queue queue;
    struct video_layout layout;
    unsigned int wanted, min;
};

struct camera {
    struct device *dev;
    const struct sensor_mode *sensor;
    struct video_policy policy;
    uint64_t period_ns;
    struct stream raw, main, preview; /* the preview session */
    struct stream still_raw, still;   /* a still, and the frames of a burst */
    struct stream jpeg;
    bool is_previewing;
};

/* The camera of this instance, registered at the first call. NULL when there is none to be had. */
struct camera *camera_get(void);

/* The next request for the stream's buffers: `wanted` of them, down to `min`. */
void stream_configure(struct stream *stream, struct video_layout layout, unsigned int wanted,
                      unsigned int min);

/* Gives a stream its buffers. Less than `min` is logged, everything is released then. */
bool stream_request(struct camera *camera, struct stream *stream);

/* Requests the streams of the preview session; all or none of them. */
bool camera_request_preview(struct camera *camera);
void camera_free_preview(struct camera *camera);

/* Streams `frames` pictures through the session. STREAMOFF at the end keeps the memory. */
void camera_stream(struct camera *camera, uint32_t frames);

/* The same with zero shutter lag: the ring keeps what it can, and `shots` pictures are taken of it. The
 * main stream holds full-size pictures then, and does not stream. */
void camera_stream_zsl(struct camera *camera, uint32_t frames, uint32_t shots);

/* Lets the ISP turn one buffer into another. */
void camera_process(struct camera *camera, const struct video_queue *from, unsigned int source,
                    const struct video_queue *to, unsigned int target);

void camera_log(enum devemu_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
