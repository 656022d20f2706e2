/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>

struct size { uint32_t width, height; };
struct mixed { double ratio; int8_t shift; float scale; uint64_t big; };

DEVEMU_PLUGIN_NOTE(
    "id=org.example.records\0" "version=1.0\0" "license=Apache-2.0\0" "summary=is handed records by value\0"
    "entry=records_show:{u32,u32}(ptr host, {u32,u32} size, {f64,i8,f32,u64} mixed)\0"
    "param=size:{u32,u32}:640,480::frame size\0"
    "param=mixed:{f64,i8,f32,u64}:0.5,-3,1.25,18446744073709551615::all kinds\0")

DEVEMU_EXPORT struct size records_show(const struct devemu_host *host, struct size size, struct mixed mixed)
{
    char line[200];

    devemu_attach(host);
    snprintf(line, sizeof(line), "%ux%u %.2f %d %.2f %llu", size.width, size.height, mixed.ratio, mixed.shift,
             (double)mixed.scale, (unsigned long long)mixed.big);
    devemu_log(DEVEMU_LOG_INFO, line);
    return size;
}
