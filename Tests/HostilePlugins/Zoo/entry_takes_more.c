/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("expects more arguments than its note says"))

/* Nobody can see this from outside: what it reads is whatever was in the registers. */
DEVEMU_EXPORT int32_t run(const struct devemu_host *host, uint64_t pages, const char *name, double rate)
{
    volatile uint64_t sum = pages + (uint64_t)(uintptr_t)name;
    volatile double other = rate;

    (void)sum;
    (void)other;
    return devemu_attach(host);
}
