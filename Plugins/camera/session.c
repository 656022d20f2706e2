/* SPDX-License-Identifier: Apache-2.0
 *
 * session.c - the streams of a camera and their memory.
 */
#include "camera.h"
#include <stdarg.h>
#include <stdio.h>

void camera_log(enum devemu_log_level level, const char *format, ...)
{
    char line[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    devemu_log(level, line);
}

struct camera *camera_get(void)
{
    struct camera *camera = get_drvdata();

    if (camera)
        return camera;
    camera = calloc(1, sizeof(*camera));
    if (!camera)
        return NULL;
    camera->dev = device_register("camera");
    if (!camera->dev) {
        free(camera);
        return NULL;
    }
    set_drvdata(camera);
    return camera;
}

void stream_configure(struct stream *stream, struct video_layout layout, unsigned int wanted,
                      unsigned int min)
{
    stream->layout = layout;
    stream->wanted = wanted;
    stream->min = min < wanted ? min : wanted;
}

bool stream_request(struct camera *camera, struct stream *stream)
{
    struct video_queue *queue = &stream->queue;
    int err;

    if (stream->wanted == 0)
        return true;
    queue->dev = camera->dev;
    queue->policy = camera->policy;
    err = video_queue_request(queue, &stream->layout, stream->wanted, stream->min);
    if (err >= 0)
        return true;
    camera_log(DEVEMU_LOG_ERROR, "%s: %u of %u buffers of %llu pages, needs %u: error %d", queue->name,
               queue->got, stream->wanted, (unsigned long long)video_layout_pages(&stream->layout),
               stream->min, err);
    return false;
}

bool camera_request_preview(struct camera *camera)
{
    camera->raw.queue.name = "raw";
    camera->main.queue.name = "main";
    camera->preview.queue.name = "preview";
    camera->jpeg.queue.name = "jpeg";
    camera->is_previewing = stream_request(camera, &camera->raw) && stream_request(camera, &camera->main) &&
                            stream_request(camera, &camera->preview) &&
                            stream_request(camera, &camera->jpeg);
    if (!camera->is_previewing)
        camera_free_preview(camera);
    return camera->is_previewing;
}

void camera_free_preview(struct camera *camera)
{
    video_queue_free(&camera->raw.queue);
    video_queue_free(&camera->main.queue);
    video_queue_free(&camera->preview.queue);
    video_queue_free(&camera->jpeg.queue);
    camera->is_previewing = false;
}

/* Lets the engine of a stream run, if the stream has buffers. */
static void stream_start(struct camera *camera, struct stream *stream)
{
    if (stream->queue.count)
        video_queue_start(&stream->queue, STREAM_CAPTURE, camera->period_ns, CAMERA_BYTES_PER_S);
}

/* Waits for the next picture of a stream and keeps the newest `hold`, so many that one buffer is left for
 * the engine to fill. */
static void stream_take(struct camera *camera, struct stream *stream, unsigned int hold)
{
    unsigned int most = stream->queue.count > 1 ? stream->queue.count - 1 : 0;

    if (stream->queue.is_streaming)
        video_queue_take(&stream->queue, hold < most ? hold : most, 10 * camera->period_ns);
}

void camera_stream(struct camera *camera, uint32_t frames)
{
    stream_start(camera, &camera->raw);
    stream_start(camera, &camera->main);
    stream_start(camera, &camera->preview);
    for (uint32_t frame = 0; frame < frames; frame++) {
        stream_take(camera, &camera->raw, 1);
        stream_take(camera, &camera->main, 1);
        stream_take(camera, &camera->preview, 1);
    }
    video_queue_stop(&camera->raw.queue);
    video_queue_stop(&camera->main.queue);
    video_queue_stop(&camera->preview.queue);
}

/* One picture of the past: the oldest of the ring, at full size, then compressed. */
static void camera_shoot(struct camera *camera, uint32_t shot)
{
    struct video_queue *ring = &camera->raw.queue, *full = &camera->main.queue, *jpeg = &camera->jpeg.queue;
    unsigned int image = video_queue_index(full, shot % full->count);

    if (ring->nr_held == 0) {
        camera_log(DEVEMU_LOG_WARNING, "the ring is empty at shot %u", shot);
        return;
    }
    camera_process(camera, ring, (unsigned int)ring->held[0], full, image);
    camera_process(camera, full, image, jpeg, video_queue_index(jpeg, shot % jpeg->count));
}

void camera_stream_zsl(struct camera *camera, uint32_t frames, uint32_t shots)
{
    uint32_t shot = 0;

    stream_start(camera, &camera->raw);
    stream_start(camera, &camera->preview);
    for (uint32_t frame = 0; frame < frames; frame++) {
        stream_take(camera, &camera->raw, VIDEO_MAX_BUFFERS);
        stream_take(camera, &camera->preview, 1);
        if ((uint64_t)(frame + 1) * shots / frames > shot)
            camera_shoot(camera, shot++);
    }
    video_queue_stop(&camera->raw.queue);
    video_queue_stop(&camera->preview.queue);
}

void camera_process(struct camera *camera, const struct video_queue *from, unsigned int source,
                    const struct video_queue *to, unsigned int target)
{
    struct dma_access accesses[] = {{from->set, source, 0}, {to->set, target, 1}};
    int err = dma_job(camera->dev, accesses, 2, CAMERA_BYTES_PER_S);

    if (err)
        camera_log(DEVEMU_LOG_ERROR, "%s to %s: error %d", from->name, to->name, err);
}
