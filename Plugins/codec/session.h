/* SPDX-License-Identifier: Apache-2.0
 *
 * session.h - what one instance of the codec holds: a decoder, or an encoder, with its memory.
 */
#ifndef CODEC_SESSION_H
#define CODEC_SESSION_H

#include "variants.h"
#include <devemu/video_queue.h>

namespace codec {

/* Bytes a second that the codec moves. */
constexpr uint64_t bytesPerSecond = 12'000'000'000;

/* What a stream and its user ask for. */
struct StreamFormat {
    Standard standard;
    uint32_t width, height;
    uint32_t dpb; /* references that the level makes of it */
    const struct video_format *pixels;
    Variant variant;
    uint32_t hold;  /* pictures with the display */
    uint32_t slack; /* pictures to work ahead with */
};

/* Pictures of a stream: references, the one in decode, those on display, and some to work ahead with. */
struct PictureCount {
    uint32_t wanted, min;

    explicit PictureCount(const StreamFormat &format);
};

/* The side buffers of a stream, each kind in a queue of its own. */
class SideMemory {
public:
    void init(struct device *dev, const struct video_policy &policy);
    /* Those of the session, and one for each of `pictures`. False when one is missing; all are
     * released then. */
    bool request(const SideBuffers &side, uint32_t pictures);
    void free();
    /* Sees to what a picture needs before it is decoded into for the first time. 0 or a negative error. */
    int prepare(uint32_t picture);
    /* Adds the accesses of a job that decodes into the picture; returns their number. */
    size_t accesses(uint32_t picture, struct dma_access *list) const;

private:
    SideBuffers side;
    struct video_queue queues[maxSideBuffers];
    struct video_queue onUse[VIDEO_MAX_BUFFERS];
};

/* One instance; all zero at the start. */
struct Session {
    struct device *dev;
    struct video_policy policy;
    StreamFormat format;
    struct video_queue bitstream, capture;
    SideMemory inputSide, side; /* with the input queue, and with the pictures */
    uint64_t decoded; /* pictures since the last seek */
    bool isRunning;

    /* Allocates everything of a decoder. False when something is missing; nothing is held then. */
    bool startDecoder(const StreamFormat &wanted, uint32_t inputs, uint64_t inputBytes);
    bool startEncoder(const StreamFormat &wanted, uint32_t pictures, uint32_t outputs, uint64_t outputBytes);
    /* Other pictures, and what belongs to them, for the same bitstream. */
    void resize(const StreamFormat &wanted, enum video_realloc order);
    /* The references are gone, the memory stays. */
    void seek();
    void stop();
    /* Decodes, or encodes, `frames` pictures at `fps`. */
    void decode(uint32_t frames, uint32_t fps);
    void encode(uint32_t frames, uint32_t fps);

private:
    bool request(struct video_queue &queue, const struct video_layout &layout, uint32_t wanted, uint32_t min);
    bool requestSide(const StreamFormat &of);
    void exchange(const StreamFormat &wanted);
    void logTooFew(const StreamFormat &wanted, uint32_t got, int err) const;
    int decodePicture();
    int encodePicture();
    template <typename Step> void paced(uint32_t frames, uint32_t fps, Step step);
};

void log(enum devemu_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

} // namespace codec

#endif
