/* SPDX-License-Identifier: Apache-2.0
 *
 * camera - a capture driver without an IOMMU.
 *
 * camera_run is one stream: it gathers its frame buffers and gives them back. The other operations are
 * a camera in use: a preview session with a raw ring, a main and a preview stream; stills, for which
 * the session gives its memory back, the mode switch that most reports of failures are about; bursts;
 * and zero shutter lag, where the ring stays and a still is a picture of the past.
 *
 * Like vb2, the driver stops at the first buffer that it cannot have, goes on with fewer than asked
 * for, down to the stream's minimum, and gives up below that.
 */
#include "camera.h"

DEVEMU_PLUGIN_NOTE(
    "id=org.devemu.camera\0"
    "version=1.0\0"
    "license=Apache-2.0\0"
    "summary=capture device with preview, stills, bursts and zero shutter lag\0"
    "entry=camera_run:i32(ptr host, u32 width, u32 height, cstr format, u32 fps, u32 buffers, "
    "u32 min_buffers, cstr memory, u32 order)\0"
    "entry=camera_start:i32(ptr host, cstr sensor, u32 raw_buffers, u32 width, u32 height, cstr format, "
    "u32 buffers, u32 min_buffers, u32 preview_width, u32 preview_height, u32 preview_buffers, u32 fps, "
    "u32 frames, cstr memory, u32 order)\0"
    "entry=camera_still:i32(ptr host, cstr sensor, cstr still_format, u32 stills, u32 fps, u32 frames, "
    "cstr memory, u32 order)\0"
    "entry=camera_burst:i32(ptr host, cstr sensor, cstr still_format, u32 burst, u32 fps, u32 frames, "
    "cstr memory, u32 order)\0"
    "entry=camera_zsl:i32(ptr host, cstr sensor, u32 raw_buffers, u32 full_buffers, u32 preview_width, "
    "u32 preview_height, u32 preview_buffers, u32 jpeg_buffers, u32 jpeg_kib, u32 shots, u32 fps, "
    "u32 frames, cstr memory, u32 order)\0"
    "entry=camera_stop:i32(ptr host)\0"
    "cycle=run\0"
    "cycle=start still burst zsl stop\0"
    "param=width:u32:1920:16..16384:pixels of a line\0"
    "param=height:u32:1080:16..16384:lines of a frame\0"
    "param=format:cstr:NV12:NV12|P010|YUYV|RAW8|RAW10|RAW12|RAW16|RGB888|XRGB8888:pixel format\0"
    "param=fps:u32:30:1..1000:frames a second\0"
    "param=buffers:u32:4:1..32:frame buffers wanted\0"
    "param=min_buffers:u32:2:1..32:frame buffers that it takes at least\0"
    "param=memory:cstr:chunks:chunks|contiguous:a buffer is chunks, or each plane is one piece\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0"
    "param=sensor:cstr:1080p:720p|1080p|5mp|8mp|12mp|4608x2592|64mp:mode of the sensor\0"
    "param=raw_buffers:u32:4:0..32:buffers of the raw ring, 0 for a camera without one\0"
    "param=preview_width:u32:1280:16..16384:pixels of a preview line\0"
    "param=preview_height:u32:720:16..16384:lines of a preview frame\0"
    "param=preview_buffers:u32:4:0..32:preview buffers wanted, 0 for no such stream\0"
    "param=still_format:cstr:RGB888:NV12|YUYV|RGB888|XRGB8888:pixel format of a still\0"
    "param=stills:u32:1:1..32:raw and processed buffers of a still\0"
    "param=burst:u32:8:1..32:raw frames that are queued at once\0"
    "param=full_buffers:u32:3:1..32:full-size frames of zero shutter lag\0"
    "param=jpeg_buffers:u32:2:1..32:bitstream buffers of zero shutter lag\0"
    "param=jpeg_kib:u32:8192:64..65536:KiB of a bitstream buffer\0"
    "param=shots:u32:2:0..1000:pictures taken of the ring\0"
    "param=frames:u32:30:0..100000:frames that an operation streams before it returns\0")

static void camera_configure(struct camera *camera, const char *sensor, const char *memory, uint32_t order,
                             uint32_t fps)
{
    camera->sensor = sensor_mode_named(sensor);
    camera->policy.contiguous = strcmp(memory, "contiguous") == 0;
    camera->policy.order = order;
    camera->policy.accepts_less = true;
    camera->policy.failure = VIDEO_ROLLBACK;
    camera->period_ns = 1000000000ull / fps;
}

/* What every entry point begins with. */
static int32_t camera_enter(const struct devemu_host *host, struct camera **camera)
{
    int32_t err = devemu_attach(host);

    if (err)
        return err;
    *camera = camera_get();
    return *camera ? 0 : VIDEO_ENOMEM;
}

DEVEMU_EXPORT int32_t camera_run(const struct devemu_host *host, uint32_t width, uint32_t height,
                                 const char *format, uint32_t fps, uint32_t buffers, uint32_t min_buffers,
                                 const char *memory, uint32_t order)
{
    struct camera *camera;
    struct stream *capture;
    unsigned long long bytes;
    uint64_t start;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    camera_configure(camera, "1080p", memory, order, fps);
    capture = &camera->main;
    stream_configure(capture, camera_layout(format, width, height), buffers, min_buffers);
    bytes = video_layout_bytes(&capture->layout);
    if (camera->policy.contiguous)
        camera_log(DEVEMU_LOG_INFO, "%ux%u %s: %u buffers, each %llu bytes in %llu pages", width, height,
                   format, buffers, bytes, (unsigned long long)video_layout_pages(&capture->layout));
    else
        camera_log(DEVEMU_LOG_INFO, "%ux%u %s: %u buffers, each %llu bytes in %llu x %u KiB", width, height,
                   format, buffers, bytes, (unsigned long long)video_chunks(bytes, order), 4u << order);

    start = ktime_get_ns();
    video_queue_init(&capture->queue, camera->dev, "capture", camera->policy);
    err = video_queue_request(&capture->queue, &capture->layout, capture->wanted, capture->min);
    camera_log(err < 0 ? DEVEMU_LOG_ERROR : DEVEMU_LOG_INFO, "%u of %u buffers after %.1f frame periods",
               capture->queue.got, buffers, (double)(ktime_get_ns() - start) * fps / 1e9);
    video_queue_free(&capture->queue);
    return 0;
}

DEVEMU_EXPORT int32_t camera_start(const struct devemu_host *host, const char *sensor, uint32_t raw_buffers,
                                   uint32_t width, uint32_t height, const char *format, uint32_t buffers,
                                   uint32_t min_buffers, uint32_t preview_width, uint32_t preview_height,
                                   uint32_t preview_buffers, uint32_t fps, uint32_t frames,
                                   const char *memory, uint32_t order)
{
    struct camera *camera;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    camera_free_preview(camera);
    camera_configure(camera, sensor, memory, order, fps);
    stream_configure(&camera->raw,
                     camera_layout(camera->sensor->format, camera->sensor->width, camera->sensor->height),
                     raw_buffers, 2);
    stream_configure(&camera->main, camera_layout(format, width, height), buffers, min_buffers);
    stream_configure(&camera->preview, camera_layout("NV12", preview_width, preview_height),
                     preview_buffers, 2);
    stream_configure(&camera->jpeg, video_layout_of_bytes(0), 0, 0);
    if (camera_request_preview(camera))
        camera_stream(camera, frames);
    return 0;
}

/* Takes `count` raw pictures and turns them into stills, one after the other. */
static void camera_capture(struct camera *camera, uint32_t count)
{
    struct video_queue *raw = &camera->still_raw.queue, *still = &camera->still.queue;
    uint32_t taken = 0;
    int source = 0;

    if (video_queue_start(raw, STREAM_CAPTURE, camera->period_ns, CAMERA_BYTES_PER_S))
        return;
    while (taken < count && source >= 0) {
        source = video_queue_take(raw, VIDEO_MAX_BUFFERS, 10 * camera->period_ns);
        if (source >= 0)
            taken++;
    }
    /* The pictures are the driver's again, in the order of the buffers. */
    video_queue_stop(raw);
    for (uint32_t i = 0; i < taken && i < raw->count; i++)
        camera_process(camera, raw, video_queue_index(raw, i), still,
                       video_queue_index(still, i % still->count));
    if (taken < count)
        camera_log(DEVEMU_LOG_WARNING, "%u of %u stills taken", taken, count);
}

/* The mode switch: the session's memory is given back, the larger buffers of the still are allocated
 * and freed, and the session comes back. */
static int32_t camera_switch(struct camera *camera, const char *sensor, const char *still_format,
                             uint32_t raws, uint32_t stills, uint32_t fps, uint32_t frames,
                             const char *memory, uint32_t order)
{
    bool was_previewing = camera->is_previewing;

    camera_free_preview(camera);
    camera_configure(camera, sensor, memory, order, fps);
    camera->still_raw.queue.name = "still raw";
    camera->still.queue.name = "still";
    stream_configure(&camera->still_raw,
                     camera_layout(camera->sensor->format, camera->sensor->width, camera->sensor->height),
                     raws, 1);
    stream_configure(&camera->still,
                     camera_layout(still_format, camera->sensor->width, camera->sensor->height), stills, 1);
    if (stream_request(camera, &camera->still_raw) && stream_request(camera, &camera->still))
        camera_capture(camera, camera->still_raw.queue.count);
    video_queue_free(&camera->still_raw.queue);
    video_queue_free(&camera->still.queue);
    if (was_previewing && camera_request_preview(camera))
        camera_stream(camera, frames);
    return 0;
}

DEVEMU_EXPORT int32_t camera_still(const struct devemu_host *host, const char *sensor,
                                   const char *still_format, uint32_t stills, uint32_t fps, uint32_t frames,
                                   const char *memory, uint32_t order)
{
    struct camera *camera;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    return camera_switch(camera, sensor, still_format, stills, stills, fps, frames, memory, order);
}

DEVEMU_EXPORT int32_t camera_burst(const struct devemu_host *host, const char *sensor,
                                   const char *still_format, uint32_t burst, uint32_t fps, uint32_t frames,
                                   const char *memory, uint32_t order)
{
    struct camera *camera;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    return camera_switch(camera, sensor, still_format, burst, 1, fps, frames, memory, order);
}

DEVEMU_EXPORT int32_t camera_zsl(const struct devemu_host *host, const char *sensor, uint32_t raw_buffers,
                                 uint32_t full_buffers, uint32_t preview_width, uint32_t preview_height,
                                 uint32_t preview_buffers, uint32_t jpeg_buffers, uint32_t jpeg_kib,
                                 uint32_t shots, uint32_t fps, uint32_t frames, const char *memory,
                                 uint32_t order)
{
    struct camera *camera;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    camera_free_preview(camera);
    camera_configure(camera, sensor, memory, order, fps);
    stream_configure(&camera->raw,
                     camera_layout(camera->sensor->format, camera->sensor->width, camera->sensor->height),
                     raw_buffers, 2);
    stream_configure(&camera->main,
                     camera_layout("NV12", camera->sensor->width, camera->sensor->height), full_buffers, 1);
    stream_configure(&camera->preview, camera_layout("NV12", preview_width, preview_height),
                     preview_buffers, 2);
    stream_configure(&camera->jpeg, video_layout_of_bytes(jpeg_kib * 1024ull), jpeg_buffers, 1);
    if (camera_request_preview(camera))
        camera_stream_zsl(camera, frames, shots);
    return 0;
}

DEVEMU_EXPORT int32_t camera_stop(const struct devemu_host *host)
{
    struct camera *camera;
    int32_t err = camera_enter(host, &camera);

    if (err)
        return err;
    camera_free_preview(camera);
    return 0;
}
