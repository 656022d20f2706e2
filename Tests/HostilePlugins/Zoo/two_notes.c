/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT("describes itself twice"))

__attribute__((used, section(".note.devemu.second"), aligned(4))) static const struct {
    uint32_t name_size, description_size, type;
    char name[8];
    char description[8];
} second = {7, 8, DEVEMU_NOTE_TYPE, "DEVEMU", "abi=1\0\0"};

DEVEMU_EXPORT int32_t run(const struct devemu_host *host) { return devemu_attach(host); }
