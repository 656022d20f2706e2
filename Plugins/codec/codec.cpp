/* SPDX-License-Identifier: Apache-2.0
 *
 * codec - a memory-to-memory video decoder, or H.264 encoder, without an IOMMU.
 *
 * The level that a stream claims and its resolution decide how many pictures the decoder has to keep; a
 * variant adds what a real driver keeps beside them. Resolution changes come in mid-stream, with the old
 * pictures freed before the new ones are allocated or after.
 */
#include "session.h"
#include <new>

DEVEMU_PLUGIN_NOTE(
    "id=org.devemu.codec\0"
    "version=1.0\0"
    "license=Apache-2.0\0"
    "summary=video decoder and encoder with its reference pictures and side buffers\0"
    "entry=codec_run:i32(ptr host, cstr standard, cstr level, u32 width, u32 height, cstr format, "
    "cstr variant, u32 hold, u32 slack, u32 bitstream_buffers, u32 bitstream_kib, u32 frames, u32 fps, "
    "cstr memory, u32 order, cstr failure)\0"
    "entry=codec_start:i32(ptr host, cstr standard, cstr level, u32 width, u32 height, cstr format, "
    "cstr variant, u32 hold, u32 slack, u32 bitstream_buffers, u32 bitstream_kib, u32 frames, u32 fps, "
    "cstr memory, u32 order, cstr failure)\0"
    "entry=codec_encode:i32(ptr host, u32 width, u32 height, cstr variant, u32 internal, "
    "u32 bitstream_buffers, u32 bitstream_kib, u32 frames, u32 fps, cstr memory, u32 order, "
    "cstr failure)\0"
    "entry=codec_resize:i32(ptr host, cstr level, u32 width, u32 height, u32 hold, u32 slack, "
    "cstr realloc, u32 frames, u32 fps)\0"
    "entry=codec_seek:i32(ptr host, u32 frames, u32 fps)\0"
    "entry=codec_stop:i32(ptr host)\0"
    "cycle=run\0"
    "cycle=start seek resize stop\0"
    "cycle=encode stop\0"
    "param=standard:cstr:h264:h264|hevc|vp9|av1:coding of the stream\0"
    "param=level:cstr:4.1::level that the stream claims, such as 5.1; VP9 and AV1 need none\0"
    "param=width:u32:1920:16..16384:pixels of a line\0"
    "param=height:u32:1080:16..16384:lines of a picture\0"
    "param=format:cstr:NV12:NV12|P010:format of a decoded picture\0"
    "param=variant:cstr:generic:generic|hantro|rkvdec|cedrus|meson|coda:whose side buffers it needs\0"
    "param=hold:u32:1:0..16:pictures that are on display\0"
    "param=slack:u32:4:0..16:pictures to work ahead with; it can do without\0"
    "param=internal:u32:4:1..32:pictures that the encoder keeps\0"
    "param=bitstream_buffers:u32:4:1..32:buffers for coded video\0"
    "param=bitstream_kib:u32:1024:4..65536:KiB of such a buffer\0"
    "param=frames:u32:30:0..1000000:pictures that an operation works on before it returns\0"
    "param=fps:u32:30:1..1000:pictures a second\0"
    "param=memory:cstr:contiguous:chunks|contiguous:a buffer is chunks, or each plane is one piece\0"
    "param=order:u32:4:0..10:a chunk is 2^order pages\0"
    "param=failure:cstr:rollback:rollback|keep|degrade:what becomes of too few buffers\0"
    "param=realloc:cstr:free-first:free-first|alloc-first:old pictures before or after the new\0")

using namespace codec;

static Session *session()
{
    Session *session = static_cast<Session *>(get_drvdata());

    if (session)
        return session;
    session = new (std::nothrow) Session();
    if (!session)
        return nullptr;
    session->dev = device_register("codec");
    if (!session->dev) {
        delete session;
        return nullptr;
    }
    set_drvdata(session);
    return session;
}

static int32_t enter(const struct devemu_host *host, Session *&found)
{
    int32_t err = devemu_attach(host);

    if (err)
        return err;
    found = session();
    return found ? 0 : VIDEO_ENOMEM;
}

static void configure(Session &session, const char *memory, uint32_t order, const char *failure)
{
    session.policy.contiguous = std::strcmp(memory, "contiguous") == 0;
    session.policy.order = order;
    session.policy.accepts_less = true;
    session.policy.failure = std::strcmp(failure, "keep") == 0      ? VIDEO_KEEP
                             : std::strcmp(failure, "degrade") == 0 ? VIDEO_DEGRADE
                                                                    : VIDEO_ROLLBACK;
}

/* Sets the size of the pictures and the references that the level makes of it. A level that is unknown, or
 * too low for the picture, is an error of whoever made the scene. */
static int32_t setSize(StreamFormat &stream, const char *level, uint32_t width, uint32_t height)
{
    stream.width = width;
    stream.height = height;
    stream.dpb = dpbSize(stream.standard, level, width, height);
    if (stream.dpb)
        return 0;
    log(DEVEMU_LOG_ERROR, "level %s does not allow pictures of %ux%u", level, width, height);
    return VIDEO_EINVAL;
}

DEVEMU_EXPORT int32_t codec_start(const struct devemu_host *host, const char *standard, const char *level,
                                  uint32_t width, uint32_t height, const char *format, const char *variant,
                                  uint32_t hold, uint32_t slack, uint32_t bitstream_buffers,
                                  uint32_t bitstream_kib, uint32_t frames, uint32_t fps, const char *memory,
                                  uint32_t order, const char *failure)
{
    StreamFormat stream = {};
    Session *session;
    int32_t err = enter(host, session);

    if (err)
        return err;
    stream.standard = Standard(standardNamed(standard));
    stream.pixels = video_format_named(format);
    stream.variant = Variant(variantNamed(variant));
    stream.hold = hold;
    stream.slack = slack;
    err = setSize(stream, level, width, height);
    if (err)
        return err;
    configure(*session, memory, order, failure);
    if (session->startDecoder(stream, bitstream_buffers, uint64_t(bitstream_kib) * KiB))
        session->decode(frames, fps);
    return 0;
}

DEVEMU_EXPORT int32_t codec_encode(const struct devemu_host *host, uint32_t width, uint32_t height,
                                   const char *variant, uint32_t internal, uint32_t bitstream_buffers,
                                   uint32_t bitstream_kib, uint32_t frames, uint32_t fps,
                                   const char *memory, uint32_t order, const char *failure)
{
    StreamFormat stream = {};
    Session *session;
    int32_t err = enter(host, session);

    if (err)
        return err;
    stream.width = width;
    stream.height = height;
    stream.variant = Variant(variantNamed(variant));
    configure(*session, memory, order, failure);
    if (session->startEncoder(stream, internal, bitstream_buffers, uint64_t(bitstream_kib) * KiB))
        session->encode(frames, fps);
    return 0;
}

DEVEMU_EXPORT int32_t codec_resize(const struct devemu_host *host, const char *level, uint32_t width,
                                   uint32_t height, uint32_t hold, uint32_t slack, const char *realloc,
                                   uint32_t frames, uint32_t fps)
{
    bool allocFirst = std::strcmp(realloc, "alloc-first") == 0;
    Session *session;
    int32_t err = enter(host, session);

    if (err)
        return err;
    if (!session->isRunning) {
        log(DEVEMU_LOG_WARNING, "no stream to resize");
        return 0;
    }
    StreamFormat stream = session->format;
    stream.hold = hold;
    stream.slack = slack;
    err = setSize(stream, level, width, height);
    if (err)
        return err;
    session->resize(stream, allocFirst ? VIDEO_ALLOC_FIRST : VIDEO_FREE_FIRST);
    session->decode(frames, fps);
    return 0;
}

DEVEMU_EXPORT int32_t codec_seek(const struct devemu_host *host, uint32_t frames, uint32_t fps)
{
    Session *session;
    int32_t err = enter(host, session);

    if (err)
        return err;
    session->seek();
    session->decode(frames, fps);
    return 0;
}

DEVEMU_EXPORT int32_t codec_stop(const struct devemu_host *host)
{
    Session *session;
    int32_t err = enter(host, session);

    if (err)
        return err;
    session->stop();
    return 0;
}

/* A whole film. */
DEVEMU_EXPORT int32_t codec_run(const struct devemu_host *host, const char *standard, const char *level,
                                uint32_t width, uint32_t height, const char *format, const char *variant,
                                uint32_t hold, uint32_t slack, uint32_t bitstream_buffers,
                                uint32_t bitstream_kib, uint32_t frames, uint32_t fps, const char *memory,
                                uint32_t order, const char *failure)
{
    int32_t err = codec_start(host, standard, level, width, height, format, variant, hold, slack,
                              bitstream_buffers, bitstream_kib, frames, fps, memory, order, failure);

    return err ? err : codec_stop(host);
}
