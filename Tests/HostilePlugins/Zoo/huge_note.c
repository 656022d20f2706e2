/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#define X8(X) X X X X X X X X
#define X512(X) X8(X8(X8(X)))

/* 512 times 256 bytes are twice what is read of a note. */
#define LONG "filler-filler-filler-filler-filler-filler-filler-filler-filler-f"
DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("describes itself at length") "story=" X512(LONG LONG LONG LONG) "\0")

DEVEMU_EXPORT int32_t run(const struct devemu_host *host) { return devemu_attach(host); }
