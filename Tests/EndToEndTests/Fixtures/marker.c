/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void early(void)
{
    const char *marker = getenv("FIXTURE_MARKER");

    if (marker)
        close(open(marker, O_CREAT | O_WRONLY, 0600));
}

#ifndef NOTE
#define NOTE DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("leaves a file where FIXTURE_MARKER says, as soon as it is loaded"))
#endif
NOTE

#ifdef UNRESOLVED
int nobody_defines_this(void);
#else
#define nobody_defines_this() 0
#endif

#ifndef ENTRY
#define ENTRY run
#endif
DEVEMU_EXPORT int32_t ENTRY(const struct devemu_host *host)
{
    return devemu_attach(host) + nobody_defines_this();
}
