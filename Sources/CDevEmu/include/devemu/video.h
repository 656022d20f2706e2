/* SPDX-License-Identifier: Apache-2.0
 *
 * devemu/video.h - how large pictures are in memory.
 *
 * A picture is planes of lines. The format says what a line holds, the rules of a device say where
 * lines and planes begin; together they give bytesperline and sizeimage as V4L2 means them. Nothing
 * here calls the host.
 */
#ifndef DEVEMU_VIDEO_H
#define DEVEMU_VIDEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VIDEO_PAGE_SIZE 4096u
#define VIDEO_MAX_PLANES 8u /* of a buffer, as VIDEO_MAX_PLANES of Linux 6.1 */

static inline uint64_t video_div_round_up(uint64_t value, uint64_t divisor)
{
    return (value + divisor - 1) / divisor;
}

/* The next multiple of `unit`; 0 is no rule. */
static inline uint64_t video_align(uint64_t value, uint64_t unit)
{
    return unit ? video_div_round_up(value, unit) * unit : value;
}

/* ---- Pages --------------------------------------------------------------------------------- */

static inline uint64_t video_pages(uint64_t bytes)
{
    return video_div_round_up(bytes, VIDEO_PAGE_SIZE);
}

/* Chunks of 2^order pages that hold so many bytes. */
static inline uint64_t video_chunks(uint64_t bytes, unsigned int order)
{
    return video_div_round_up(bytes, (uint64_t)VIDEO_PAGE_SIZE << order);
}

/* The alignment that dma_alloc_contiguous() asks of cma_alloc() for a buffer in one piece: its own
 * size rounded up to a power of two, at most 2^CONFIG_CMA_ALIGNMENT pages; 8 unless configured. */
static inline unsigned int video_align_order(uint64_t pages)
{
    unsigned int order = 0;

    while (order < 8 && ((uint64_t)1 << order) < pages)
        order++;
    return order;
}

/* ---- Formats ------------------------------------------------------------------------------- */

/* A pixel format. Raw formats are packed: 4 pixels of RAW10 take 5 bytes, 2 of RAW12 take 3. */
struct video_format {
    const char *name;
    unsigned int bits;     /* of a pixel in the first plane */
    bool has_chroma_plane; /* 4:2:0: half as many lines of interleaved chroma, as long as the luma lines */
};

#define VIDEO_NR_FORMATS 9u

/* The format number `index`, below VIDEO_NR_FORMATS. NULL behind them. */
static inline const struct video_format *video_format_at(unsigned int index)
{
    static const struct video_format formats[VIDEO_NR_FORMATS] = {
        {"NV12", 8, true},      {"P010", 16, true},   {"YUYV", 16, false},
        {"RAW8", 8, false},     {"RAW10", 10, false}, {"RAW12", 12, false},
        {"RAW16", 16, false},   {"RGB888", 24, false}, {"XRGB8888", 32, false},
    };

    return index < VIDEO_NR_FORMATS ? &formats[index] : NULL;
}

/* NULL when there is no such format. */
static inline const struct video_format *video_format_named(const char *name)
{
    const struct video_format *format;
    unsigned int i;

    for (i = 0; (format = video_format_at(i)) != NULL; i++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

/* Packed raw formats, which a receiver writes by its own rules. */
static inline bool video_format_is_raw(const struct video_format *format)
{
    return strncmp(format->name, "RAW", 3) == 0;
}

/* ---- Layouts ------------------------------------------------------------------------------- */

/* How a device lays pictures out; 0 is no rule. */
struct video_rules {
    uint32_t stride_align;        /* bytes from line to line */
    uint32_t height_align;        /* lines of the first plane */
    uint32_t chroma_height_align; /* lines of the chroma plane; without it half of the first plane's */
    uint32_t plane_align;         /* bytes of the first plane; the chroma plane is half of it then */
    bool separate_planes;         /* each plane is memory of its own */
    uint64_t extra_bytes;         /* behind the picture in the same memory, such as motion vectors */
};

/* One picture in memory. */
struct video_layout {
    uint64_t bytesperline;
    unsigned int nr_planes; /* pieces of memory, at least 1 */
    uint64_t sizeimage[VIDEO_MAX_PLANES];
};

/* A layout of one plane without lines: a bitstream, or scratch memory. For MJPEG and coded video the
 * driver decides on a worst case that has nothing to do with the content. */
static inline struct video_layout video_layout_of_bytes(uint64_t bytes)
{
    struct video_layout layout;

    memset(&layout, 0, sizeof(layout));
    layout.nr_planes = 1;
    layout.sizeimage[0] = bytes;
    return layout;
}

static inline struct video_layout video_layout_of(const struct video_format *format, uint32_t width,
                                                  uint32_t height, const struct video_rules *rules)
{
    struct video_layout layout = video_layout_of_bytes(0);
    uint64_t lines = video_align(height, rules->height_align);
    uint64_t chroma_lines = rules->chroma_height_align
                                ? video_align(video_div_round_up(height, 2), rules->chroma_height_align)
                                : video_div_round_up(lines, 2);
    uint64_t luma, chroma = 0;

    layout.bytesperline = video_align(video_div_round_up((uint64_t)width * format->bits, 8),
                                      rules->stride_align);
    luma = video_align(layout.bytesperline * lines, rules->plane_align);
    if (format->has_chroma_plane)
        chroma = rules->plane_align ? luma / 2 : layout.bytesperline * chroma_lines;
    if (rules->separate_planes && chroma) {
        layout.nr_planes = 2;
        layout.sizeimage[0] = luma;
        layout.sizeimage[1] = chroma + rules->extra_bytes;
    } else {
        layout.sizeimage[0] = luma + chroma + rules->extra_bytes;
    }
    return layout;
}

/* Pages of a whole picture, each plane rounded up by itself as vb2 does. */
static inline uint64_t video_layout_pages(const struct video_layout *layout)
{
    uint64_t pages = 0;
    unsigned int i;

    for (i = 0; i < layout->nr_planes; i++)
        pages += video_pages(layout->sizeimage[i]);
    return pages;
}

static inline uint64_t video_layout_bytes(const struct video_layout *layout)
{
    uint64_t bytes = 0;
    unsigned int i;

    for (i = 0; i < layout->nr_planes; i++)
        bytes += layout->sizeimage[i];
    return bytes;
}

#ifdef __cplusplus
}
#endif

#endif
