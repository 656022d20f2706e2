/* SPDX-License-Identifier: Apache-2.0
 * A plugin in one macro: PLUGIN("what it does") { body of its entry point, run() }, or
 * STRATEGY("what it does") { body of its entry point, gather() }. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <devemu/plugin.h>

#define FIXTURE_TEXT(SUMMARY)                                                                      \
    "id=org.example.fixture\0" "version=1.0\0" "license=Apache-2.0\0" "summary=" SUMMARY "\0"      \
    "entry=run:i32(ptr host)\0"

#define PLUGIN(SUMMARY)                                                                            \
    DEVEMU_PLUGIN_NOTE(FIXTURE_TEXT(SUMMARY))                                                      \
    DEVEMU_EXPORT int32_t run(const struct devemu_host *host)

#define STRATEGY_ENTRY                                                                             \
    "entry=gather:size(ptr host, ptr cma, size wanted, size chunk_pages, u32 align, ptr chunks)\0"

#define STRATEGY(SUMMARY)                                                                          \
    DEVEMU_PLUGIN_NOTE("id=org.example.strategy\0" "version=1.0\0" "license=Apache-2.0\0"          \
                       "kind=strategy\0" "summary=" SUMMARY "\0" STRATEGY_ENTRY)                   \
    DEVEMU_EXPORT size_t gather(const struct devemu_host *host, struct cma *cma, size_t wanted,    \
                                size_t chunk_pages, uint32_t align, const struct page **chunks)

/* A strategy has no error to return: a broken promise of the header is a line in the log. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            devemu_log(DEVEMU_LOG_ERROR, "broken: " #condition);                                   \
    } while (0)

/* Ends the run with the line's number when a promise of the header is broken. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            devemu_log(DEVEMU_LOG_ERROR, "broken: " #condition);                                   \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (0)

#endif
