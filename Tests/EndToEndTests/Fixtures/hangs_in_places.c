/* SPDX-License-Identifier: Apache-2.0
 * Works with its defaults; has no end as soon as one of five numbers is not zero. */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(
    "id=org.example.hangs-in-places\0" "version=1.0\0" "license=Apache-2.0\0" "summary=hangs in places\0"
    "entry=run:i32(ptr host, u32 a, u32 b, u32 c, u32 d, u32 e)\0"
    "param=a:u32:0:0..1:\0" "param=b:u32:0:0..1:\0" "param=c:u32:0:0..1:\0" "param=d:u32:0:0..1:\0"
    "param=e:u32:0:0..1:\0")

DEVEMU_EXPORT int32_t run(const struct devemu_host *host, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                          uint32_t e)
{
    devemu_attach(host);
    while (a || b || c || d || e)
        __asm__ volatile("");
    return 0;
}
