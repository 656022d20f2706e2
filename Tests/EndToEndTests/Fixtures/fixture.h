/* SPDX-License-Identifier: Apache-2.0
 * A plugin in one macro: PLUGIN("what it does") { body of its entry point, run() }. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <devemu/plugin.h>

#define FIXTURE_TEXT(SUMMARY)                                                                      \
    "id=org.example.fixture\0" "version=1.0\0" "license=Apache-2.0\0" "summary=" SUMMARY "\0"      \
    "entry=run:i32(ptr host)\0"

#define PLUGIN(SUMMARY)                                                                            \
    DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT(SUMMARY))                                                      \
    DEVEMU_EXPORT int32_t run(const struct devemu_host *host)

/* Ends the run with the line's number when a promise of the header is broken. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            devemu_log(DEVEMU_LOG_ERROR, "broken: " #condition);                                   \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (0)

#endif
