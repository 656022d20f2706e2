/* SPDX-License-Identifier: Apache-2.0
 *
 * sensors.h - the modes that the camera's sensor has.
 */
#ifndef CAMERA_SENSORS_H
#define CAMERA_SENSORS_H

#include <devemu/video.h>

struct sensor_mode {
    const char *name;
    uint32_t width, height;
    const char *format; /* packed, as it comes over the wire */
};

/* The last one ends the table. 12mp and 8mp are the modes of the two sensors that most reports about
 * boards with this kind of receiver name. */
static const struct sensor_mode sensor_modes[] = {
    {"720p", 1280, 720, "RAW10"},       {"1080p", 1920, 1080, "RAW10"}, {"5mp", 2592, 1944, "RAW10"},
    {"8mp", 3280, 2464, "RAW10"},       {"12mp", 4056, 3040, "RAW12"},  {"4608x2592", 4608, 2592, "RAW10"},
    {"64mp", 9152, 6944, "RAW10"},      {NULL, 0, 0, NULL},
};

/* NULL when there is no such mode. */
static inline const struct sensor_mode *sensor_mode_named(const char *name)
{
    const struct sensor_mode *mode;

    for (mode = sensor_modes; mode->name; mode++)
        if (strcmp(mode->name, name) == 0)
            return mode;
    return NULL;
}

/* A packed raw line ends on the receiver's 32-byte boundary, as on the Raspberry Pi. */
static inline struct video_layout camera_layout(const char *format_name, uint32_t width, uint32_t height)
{
    const struct video_format *format = video_format_named(format_name);
    struct video_rules rules;

    if (!format)
        return video_layout_of_bytes(0);
    memset(&rules, 0, sizeof(rules));
    rules.stride_align = video_format_is_raw(format) ? 32 : 1;
    return video_layout_of(format, width, height, &rules);
}

#endif
