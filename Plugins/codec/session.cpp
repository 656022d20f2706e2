/* SPDX-License-Identifier: Apache-2.0
 *
 * session.cpp - the memory of a stream, and the jobs that use it.
 */
#include "session.h"
#include <cstdarg>
#include <cstdio>

namespace codec {

void log(enum devemu_log_level level, const char *format, ...)
{
    char line[200];
    va_list arguments;

    va_start(arguments, format);
    std::vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    devemu_log(level, line);
}

PictureCount::PictureCount(const StreamFormat &format)
    : wanted(std::min(format.dpb + 1 + format.hold + format.slack, VIDEO_MAX_BUFFERS)),
      min(std::min(format.dpb + 1 + format.hold, VIDEO_MAX_BUFFERS))
{
    if (format.variant == Variant::meson) {
        /* The driver offers VP9 no fewer than 16 and nothing more than 24, and takes what it asked for or
         * nothing. */
        wanted = std::min(format.standard == Standard::vp9 ? std::max(wanted, 16u) : wanted, 24u);
        min = wanted;
    }
}

bool Session::request(struct video_queue &queue, const struct video_layout &layout, uint32_t wanted,
                      uint32_t min)
{
    int got = video_queue_request(&queue, &layout, wanted, min);

    if (got >= 0)
        return true;
    log(DEVEMU_LOG_ERROR, "%s: %u of %u buffers of %llu pages, needs %u: error %d", queue.name, queue.got,
        wanted, static_cast<unsigned long long>(video_layout_pages(&layout)), min, got);
    return false;
}

bool Session::requestSide(const StreamFormat &of)
{
    return side.request(sideBuffers(of.variant, of.standard, of.width, of.height), capture.count);
}

static struct video_layout layoutOf(const StreamFormat &format)
{
    return pictureLayout(format.variant, format.standard, format.pixels, format.width, format.height);
}

bool Session::startDecoder(const StreamFormat &wanted, uint32_t inputs, uint64_t inputBytes)
{
    stop();
    format = wanted;
    PictureCount pictures(format);
    video_queue_init(&bitstream, dev, "bitstream", policy);
    video_queue_init(&capture, dev, "capture", policy);
    inputSide.init(dev, policy);
    side.init(dev, policy);
    /* The header of the stream is parsed out of the first input before pictures can be asked for. */
    isRunning = request(bitstream, video_layout_of_bytes(inputBytes), inputs, 1) &&
                inputSide.request(inputBuffers(format.variant, format.standard, format.width, format.height,
                                               inputBytes),
                                  0) &&
                request(capture, layoutOf(format), pictures.wanted, pictures.min) && requestSide(format);
    if (!isRunning && policy.failure != VIDEO_KEEP)
        stop();
    return isRunning;
}

bool Session::startEncoder(const StreamFormat &wanted, uint32_t internal, uint32_t outputs,
                           uint64_t outputBytes)
{
    stop();
    format = wanted;
    video_queue_init(&bitstream, dev, "bitstream", policy);
    video_queue_init(&capture, dev, "internal", policy);
    inputSide.init(dev, policy);
    side.init(dev, policy);
    /* Internal pictures come at STREAMON, when both queues have their buffers (coda_start_encoding()). */
    isRunning = inputSide.request(encoderInputBuffers(format.variant, format.width, format.height), 0) &&
                request(bitstream, video_layout_of_bytes(outputBytes), outputs, 1) &&
                request(capture, video_layout_of_bytes(codaInternalPicture(format.width, format.height)),
                        internal, 2);
    if (!isRunning && policy.failure != VIDEO_KEEP)
        stop();
    return isRunning;
}

void Session::logTooFew(const StreamFormat &wanted, uint32_t got, int err) const
{
    PictureCount pictures(wanted);

    log(DEVEMU_LOG_ERROR, "%ux%u: %u of %u pictures, needs %u: error %d, %u of %ux%u are left", wanted.width,
        wanted.height, got, pictures.wanted, pictures.min, err, capture.count, format.width, format.height);
}

void Session::resize(const StreamFormat &wanted, enum video_realloc order)
{
    if (order == VIDEO_ALLOC_FIRST) {
        exchange(wanted);
        seek();
        return;
    }
    PictureCount pictures(wanted);
    struct video_layout layout = layoutOf(wanted);

    side.free();
    int got = video_queue_resize(&capture, &layout, pictures.wanted, pictures.min, VIDEO_FREE_FIRST);
    if (got >= 0)
        format = wanted;
    else
        logTooFew(wanted, capture.got, got);
    seek();
    isRunning = capture.count > 0 && requestSide(format);
    if (!isRunning && policy.failure != VIDEO_KEEP)
        stop();
}

/* Pictures and all that belongs to them are allocated beside the old ones, which go when everything is there. If
 * something is missing, the stream goes on with the old ones. */
void Session::exchange(const StreamFormat &wanted)
{
    PictureCount pictures(wanted);
    struct video_layout layout = layoutOf(wanted);
    struct video_queue oldCapture = capture;
    SideMemory oldSide = side;

    video_queue_init(&capture, dev, "capture", policy);
    side.init(dev, policy);
    int got = video_queue_request(&capture, &layout, pictures.wanted, pictures.min);
    if (got >= 0 && requestSide(wanted)) {
        video_queue_free(&oldCapture);
        oldSide.free();
        format = wanted;
        return;
    }
    uint32_t count = capture.got;
    side.free();
    video_queue_free(&capture);
    capture = oldCapture;
    side = oldSide;
    if (got < 0)
        logTooFew(wanted, count, got);
}

void Session::seek() { decoded = 0; }

void Session::stop()
{
    side.free();
    video_queue_free(&capture);
    inputSide.free();
    video_queue_free(&bitstream);
    decoded = 0;
    isRunning = false;
}

static struct dma_access access(const struct video_queue &queue, uint64_t number, bool writes)
{
    uint32_t index = video_queue_index(&queue, static_cast<unsigned int>(number % queue.count));

    return {queue.set, index, writes ? 1u : 0u};
}

/* A loader fills the input; the decoder reads it and the two newest references, and writes the picture
 * and what belongs to it. */
int Session::decodePicture()
{
    uint32_t picture = static_cast<uint32_t>(decoded % capture.count);
    struct dma_access load = access(bitstream, decoded, true);
    struct dma_access list[4 + 2 * maxSideBuffers];
    size_t number = 0;
    int err = side.prepare(picture);

    if (err)
        return err;
    err = dma_job(dev, &load, 1, bytesPerSecond);
    if (err)
        return err;
    list[number++] = access(bitstream, decoded, false);
    for (uint64_t back = 1; back <= 2 && back <= decoded && back < capture.count; back++)
        list[number++] = access(capture, decoded - back, false);
    list[number++] = access(capture, decoded, true);
    number += inputSide.accesses(0, list + number);
    number += side.accesses(picture, list + number);
    return dma_job(dev, list, number, bytesPerSecond);
}

/* The source belongs to a camera; the encoder reads its last internal picture, and writes the next and
 * the output, which is then read on its way to the disk or the network. */
int Session::encodePicture()
{
    struct dma_access list[3 + maxSideBuffers];
    struct dma_access store = access(bitstream, decoded, false);
    size_t number = 0;

    if (decoded > 0)
        list[number++] = access(capture, decoded - 1, false);
    list[number++] = access(capture, decoded, true);
    list[number++] = access(bitstream, decoded, true);
    number += inputSide.accesses(0, list + number);
    int err = dma_job(dev, list, number, bytesPerSecond);
    return err ? err : dma_job(dev, &store, 1, bytesPerSecond);
}

/* One step for each frame period; a late one is followed at once by the next. */
template <typename Step> void Session::paced(uint32_t frames, uint32_t fps, Step step)
{
    uint64_t start = ktime_get_ns(), late = 0;

    for (uint32_t frame = 0; frame < frames && isRunning; frame++, decoded++) {
        uint64_t due = start + (frame + uint64_t(1)) * 1'000'000'000 / fps;
        int err = step();

        if (err) {
            log(DEVEMU_LOG_ERROR, "picture %llu failed: error %d", static_cast<unsigned long long>(decoded),
                err);
            return;
        }
        if (ktime_get_ns() > due)
            late++;
        else
            usleep_range((due - ktime_get_ns()) / 1000, (due - ktime_get_ns()) / 1000);
    }
    if (late)
        log(DEVEMU_LOG_WARNING, "%llu of %u pictures were late", static_cast<unsigned long long>(late),
            frames);
}

void Session::decode(uint32_t frames, uint32_t fps)
{
    paced(frames, fps, [this] { return decodePicture(); });
}

void Session::encode(uint32_t frames, uint32_t fps)
{
    paced(frames, fps, [this] { return encodePicture(); });
}

} // namespace codec
