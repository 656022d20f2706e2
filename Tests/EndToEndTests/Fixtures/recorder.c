/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <stdio.h>
#include <stdlib.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.example.op-recorder\0" "version=1.0\0" "license=Apache-2.0\0"
    "summary=logs its operations and keeps count of them\0"
    "entry=op_recorder_start:i32(ptr host)\0"
    "entry=op_recorder_step:i32(ptr host, u32 ms, i32 result, u32 quiet, u32 pages)\0"
    "entry=finish:i32(ptr host, cstr word)\0"
    "param=ms:u32:0:0..60000:how long a step takes\0"
    "param=result:i32:0:-4095..4095:what a step returns\0"
    "param=quiet:u32:0:0..1:whether steps are not logged\0"
    "param=pages:u32:0:0..65536:what a step allocates, with a normal call\0"
    "param=word:cstr:done::the last word\0")

/* What an instance keeps between its operations. */
struct recorder {
    struct device *dev;
    unsigned int steps;
};

static void say(const char *what, unsigned int number)
{
    char line[100];

    snprintf(line, sizeof(line), "%s %s %u", devemu_instance_name(), what, number);
    devemu_log(DEVEMU_LOG_INFO, line);
}

DEVEMU_EXPORT int32_t op_recorder_start(const struct devemu_host *host)
{
    struct recorder *recorder = calloc(1, sizeof(*recorder));

    devemu_attach(host);
    CHECK(recorder && !get_drvdata());
    recorder->dev = device_register("recorder");
    CHECK(recorder->dev && device_register("extra"));
    set_drvdata(recorder);
    say("start", 0);
    return 0;
}

DEVEMU_EXPORT int32_t op_recorder_step(const struct devemu_host *host, uint32_t ms, int32_t result,
                                       uint32_t quiet, uint32_t pages)
{
    struct recorder *recorder;

    devemu_attach(host);
    recorder = get_drvdata();
    if (!recorder)
        return -19; /* -ENODEV */
    recorder->steps++;
    if (!quiet)
        say("step", recorder->steps);
    if (pages) {
        struct cma *cma = dev_get_cma_area(recorder->dev);
        struct page *page = cma_alloc(cma, pages, 0, CMA_ALLOC_NORMAL);

        if (page)
            cma_release(cma, page, pages);
        if (!quiet)
            say(page ? "got" : "missed", pages);
    }
    msleep(ms);
    return result;
}

DEVEMU_EXPORT int32_t finish(const struct devemu_host *host, const char *word)
{
    struct recorder *recorder;

    devemu_attach(host);
    recorder = get_drvdata();
    CHECK(recorder);
    say(word, recorder->steps);
    free(recorder);
    set_drvdata(NULL);
    return 0;
}
