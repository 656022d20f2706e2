/* SPDX-License-Identifier: Apache-2.0
 *
 * dpb.h - how many pictures a decoder keeps, from the level of the stream and its resolution.
 *
 * The limits of the levels are those of ITU-T H.264 table A-1 and ITU-T H.265 table A.8 as they are
 * commonly quoted; they are not checked against the standards themselves.
 */
#ifndef CODEC_DPB_H
#define CODEC_DPB_H

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace codec {

enum class Standard { h264, hevc, vp9, av1 };

/* -1 when there is no such standard. */
inline int standardNamed(const char *name)
{
    static const char *const names[] = {"h264", "hevc", "vp9", "av1"};

    for (int i = 0; i < 4; i++)
        if (std::strcmp(names[i], name) == 0)
            return i;
    return -1;
}

struct Level {
    const char *name;
    uint32_t picture; /* the largest picture: macroblocks (H.264), luma samples (HEVC) */
    uint32_t dpb;     /* MaxDpbMbs (H.264) */
};

/* H.264: MaxFS and MaxDpbMbs. */
inline constexpr Level h264Levels[] = {
    {"1", 99, 396},        {"1.1", 396, 900},     {"1.2", 396, 2376},    {"1.3", 396, 2376},
    {"2", 396, 2376},      {"2.1", 792, 4752},    {"2.2", 1620, 8100},   {"3", 1620, 8100},
    {"3.1", 3600, 18000},  {"3.2", 5120, 20480},  {"4", 8192, 32768},    {"4.1", 8192, 32768},
    {"4.2", 8704, 34816},  {"5", 22080, 110400},  {"5.1", 36864, 184320}, {"5.2", 36864, 184320},
    {"6", 139264, 696320}, {"6.1", 139264, 696320}, {"6.2", 139264, 696320},
};

/* HEVC: MaxLumaPs. */
inline constexpr Level hevcLevels[] = {
    {"3", 552960, 0},    {"3.1", 983040, 0},  {"4", 2228224, 0},  {"4.1", 2228224, 0}, {"5", 8912896, 0},
    {"5.1", 8912896, 0}, {"5.2", 8912896, 0}, {"6", 35651584, 0}, {"6.1", 35651584, 0}, {"6.2", 35651584, 0},
};

/* Macroblocks, or blocks of another size, that cover a picture. */
inline uint64_t blocks(uint32_t width, uint32_t height, uint32_t size)
{
    return uint64_t((width + size - 1) / size) * ((height + size - 1) / size);
}

template <size_t N> const Level *levelNamed(const Level (&levels)[N], const char *name)
{
    const Level *found = std::find_if(levels, levels + N, [&](const Level &level) {
        return std::strcmp(level.name, name) == 0;
    });
    return found == levels + N ? nullptr : found;
}

/* H.264 A.3.1: MaxDpbFrames. */
inline uint32_t h264Dpb(const Level &level, uint32_t width, uint32_t height)
{
    return uint32_t(std::min<uint64_t>(16, level.dpb / blocks(width, height, 16)));
}

/* HEVC A.4.2 with maxDpbPicBuf = 6: the smaller the picture beside the level's largest, the more. */
inline uint32_t hevcDpb(const Level &level, uint32_t width, uint32_t height)
{
    uint64_t samples = uint64_t(width) * height, most = level.picture;

    if (samples * 4 <= most)
        return 16;
    if (samples * 2 <= most)
        return 12;
    return samples * 4 <= most * 3 ? 8 : 6;
}

/* Reference pictures of a stream that claims this level. 0 when the level is none of the standard's, or
 * its pictures are smaller. VP9 and AV1 have 8 reference slots whatever the level; that too is not
 * checked against the standards. */
inline uint32_t dpbSize(Standard standard, const char *levelName, uint32_t width, uint32_t height)
{
    const Level *level;

    switch (standard) {
    case Standard::h264:
        level = levelNamed(h264Levels, levelName);
        return level && blocks(width, height, 16) <= level->picture ? h264Dpb(*level, width, height) : 0;
    case Standard::hevc:
        level = levelNamed(hevcLevels, levelName);
        return level && uint64_t(width) * height <= level->picture ? hevcDpb(*level, width, height) : 0;
    case Standard::vp9:
    case Standard::av1:
        return 8;
    }
    return 0;
}

} // namespace codec

#endif
