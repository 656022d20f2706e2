/* SPDX-License-Identifier: Apache-2.0
 *
 * variants.h - what decoders of real hardware keep in memory besides pictures.
 *
 * The formulas are those of the drivers in Linux 6.1, each named where it is used.
 */
#ifndef CODEC_VARIANTS_H
#define CODEC_VARIANTS_H

#include "dpb.h"
#include <devemu/video.h>

namespace codec {

enum class Variant { generic, hantro, rkvdec, cedrus, meson, coda };

/* -1 when there is no such variant. */
inline int variantNamed(const char *name)
{
    static const char *const names[] = {"generic", "hantro", "rkvdec", "cedrus", "meson", "coda"};

    for (int i = 0; i < 6; i++)
        if (std::strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* When a side buffer comes and how long it stays. What comes with the input queue is listed by
 * inputBuffers(), everything else comes after the pictures. */
enum class Lifetime {
    session,  /* with the input queue, or with the pictures */
    picture,  /* one for each picture, with it */
    firstUse, /* one for each picture, when that is first decoded into */
};

struct SideBuffer {
    const char *name;
    uint64_t bytes;
    uint32_t count; /* for Lifetime::session */
    Lifetime lifetime;
};

constexpr size_t maxSideBuffers = 6;

struct SideBuffers {
    size_t count = 0;
    SideBuffer items[maxSideBuffers] = {};

    void add(const char *name, uint64_t bytes, uint32_t number = 1, Lifetime lifetime = Lifetime::session)
    {
        if (count < maxSideBuffers)
            items[count++] = {name, bytes, number, lifetime};
    }
};

constexpr uint64_t KiB = 1024;

inline uint32_t coded(uint32_t length) { return (length + 15) / 16 * 16; }

/* Motion vectors that lie behind the picture in the same memory (hantro_g1/g2, rkvdec). */
inline uint64_t bytesBehindPicture(Variant variant, Standard standard, uint32_t width, uint32_t height)
{
    uint64_t macroblocks = blocks(width, height, 16);

    if (variant == Variant::rkvdec)
        return 128 * macroblocks;
    if (variant == Variant::hantro && standard == Standard::h264)
        return 64 * macroblocks + 32;
    if (variant == Variant::hantro && standard == Standard::vp9)
        return blocks(width, height, 64) * 64 * 16;
    return 0;
}

/* The memory of a decoded picture. */
inline struct video_layout pictureLayout(Variant variant, Standard standard,
                                         const struct video_format *pixels, uint32_t width,
                                         uint32_t height)
{
    struct video_rules rules = {};

    /* H.264 codes whole macroblocks. The others crop to 8 lines at least, which these pictures have. */
    rules.height_align = standard == Standard::h264 ? 16 : 8;
    rules.stride_align = 16;
    if (variant == Variant::meson) {
        rules.height_align = 1;
        rules.plane_align = 64 * KiB;
        rules.separate_planes = true;
    } else if (variant == Variant::cedrus || variant == Variant::rkvdec) {
        rules.height_align = 16;
    }
    rules.extra_bytes = bytesBehindPicture(variant, standard, width, height);
    return video_layout_of(pixels, width, height, &rules);
}

/* The motion vectors of one HEVC picture in coding tree blocks of `size` samples (cedrus_h265). */
inline uint64_t cedrusHevcVectors(uint32_t width, uint32_t height, uint32_t size)
{
    return blocks(width, height, size) * 160 + 1 * KiB;
}

/* An internal picture with its motion vectors (coda_alloc_framebuffers()). */
inline uint64_t codaInternalPicture(uint32_t width, uint32_t height)
{
    return uint64_t(coded(width)) * coded(height) * 7 / 4;
}

/* cedrus_h264: one block for the motion vectors of 18 pictures, and the tables of one. */
inline void addCedrusH264(SideBuffers &side, uint32_t width, uint32_t height)
{
    uint64_t perPicture = (width > 2048 ? 16 : 4) * KiB;

    side.add("motion vectors", blocks(width, height, 16) * 16 * 4 * 2 * 18);
    side.add("picture info", std::max(18 * perPicture + 128 * uint64_t(coded(height)), 130 * KiB));
    side.add("neighbour info", 32 * KiB);
    if (width > 2048) {
        side.add("deblocking", 12 * uint64_t(width));
        side.add("intra prediction", 10 * uint64_t(width));
    }
}

/* coda_alloc_context_buffers() of a CODA960. */
inline void addCodaWork(SideBuffers &side, uint32_t width, uint32_t height)
{
    side.add("parameters", 10 * KiB);
    side.add("slice", blocks(width, height, 16) * 3200 / 8 + 512);
    side.add("work", 80 * KiB + 512 * KiB);
}

/* The smallest power of two that is not below `bytes`. */
inline uint64_t powerOfTwo(uint64_t bytes)
{
    uint64_t power = 1;

    while (power < bytes)
        power *= 2;
    return power;
}

/* What a decoder allocates with its input queue, before it has seen the header that tells of the pictures, and
 * keeps through a change of resolution: meson at STREAMON (vdec_start_streaming(), the firmware, then the codec's
 * start), coda at REQBUFS (coda_decoder_reqbufs()). `inputBytes` is the size of an input buffer. */
inline SideBuffers inputBuffers(Variant variant, Standard standard, uint32_t width, uint32_t height,
                                uint64_t inputBytes)
{
    SideBuffers side;

    if (variant == Variant::meson) {
        side.add("vififo", 16384 * KiB);
        if (standard == Standard::h264) {
            side.add("extended firmware", 20 * KiB);
            side.add("workspace", 0x1ee000);
            side.add("sei", 8 * KiB);
        }
    }
    if (variant == Variant::coda) {
        addCodaWork(side, width, height);
        side.add("ring", powerOfTwo(2 * inputBytes));
    }
    return side;
}

/* What a decoder allocates with its pictures, besides them. */
inline SideBuffers sideBuffers(Variant variant, Standard standard, uint32_t width, uint32_t height)
{
    SideBuffers side;

    switch (variant) {
    case Variant::generic:
    case Variant::rkvdec:
    case Variant::meson:
        break;
    case Variant::hantro:
        if (standard == Standard::hevc)
            side.add("motion vectors", uint64_t(width) * coded(height) / 16, 1, Lifetime::picture);
        break;
    case Variant::cedrus:
        if (standard == Standard::h264)
            addCedrusH264(side, width, height);
        if (standard == Standard::hevc)
            side.add("motion vectors", cedrusHevcVectors(width, height, 64), 1, Lifetime::firstUse);
        break;
    case Variant::coda:
        side.add("internal picture", codaInternalPicture(width, height), 1, Lifetime::picture);
        break;
    }
    return side;
}

/* What an encoder allocates with the queue of its source (coda_encoder_reqbufs()); its internal pictures are
 * counted with the pictures. */
inline SideBuffers encoderInputBuffers(Variant variant, uint32_t width, uint32_t height)
{
    SideBuffers side;

    if (variant == Variant::coda)
        addCodaWork(side, width, height);
    return side;
}

} // namespace codec

#endif
