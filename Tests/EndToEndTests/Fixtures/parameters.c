/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <inttypes.h>
#include <stdio.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.example.parameters\0" "version=2.5\0" "license=MIT\0" "summary=logs what it was given\0"
    "entry=show:i32(f64 ratio, ptr host, i8 shift, cstr name, u64 big)\0"
    "param=ratio:f64:0.5:0..1:a share\0"
    "param=shift:i8:-3:-8..7:a signed byte\0"
    "param=name:cstr:nobody::any text\0"
    "param=big:u64:1:0..18446744073709551615:a large number\0")

DEVEMU_EXPORT int32_t show(double ratio, const struct devemu_host *host, int8_t shift,
                           const char *name, uint64_t big)
{
    char line[200];

    devemu_attach(host);
    snprintf(line, sizeof(line), "%.3f %d [%s] %" PRIu64, ratio, shift, name, big);
    devemu_log(DEVEMU_LOG_INFO, line);
    return 0;
}
