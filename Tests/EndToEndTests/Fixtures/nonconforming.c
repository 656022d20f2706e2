/* SPDX-License-Identifier: Apache-2.0
 * Works with its defaults, and keeps nothing else that is asked of a plugin. */
#include "fixture.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

DEVEMU_PLUGIN_NOTE(
    "id=org.example.nonconforming\0" "version=1.0\0" "license=Apache-2.0\0" "summary=breaks most rules\0"
    "entry=run:i32(ptr host, u32 pages, u32 turns)\0"
    "entry=crash:i32(ptr host)\0"
    "entry=elsewhere:i32(ptr host)\0"
    "param=pages:u32:64:1..100000:pages to take; cannot bear the most\0"
    "param=turns:u32:1:1..9:9 has no end\0"
    "param=spare:u32:1:1..9:taken by nobody\0")

DEVEMU_EXPORT int32_t run(const struct devemu_host *host, uint32_t pages, uint32_t turns)
{
    const struct page *chunks[4];
    volatile uint32_t turn = 0;
    struct device *dev;
    char line[40];

    devemu_attach(host);
    while (turns == 9)
        turn++;
    dev = device_register("careless");
    snprintf(line, sizeof(line), "process %d", (int)getpid());
    devemu_log(DEVEMU_LOG_INFO, line);
    if (cma_gather(dev_get_cma_area(dev), 4, pages, 0, chunks) < 4)
        *(volatile char *)0 = 0;
    for (int i = 1; i < 4; i++)
        cma_release(dev_get_cma_area(dev), chunks[i], pages);
    return 0;
}

DEVEMU_EXPORT int32_t crash(const struct devemu_host *host)
{
    (void)host;
    __builtin_trap();
}

static void *ask(void *host)
{
    const struct devemu_host *table = host;

    table->ktime_get_ns(table->context);
    return NULL;
}

DEVEMU_EXPORT int32_t elsewhere(const struct devemu_host *host)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, ask, (void *)host) == 0)
        pthread_join(thread, NULL);
    return 0;
}
