/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <pthread.h>

static void *meanwhile(void *argument)
{
    int i;

    devemu_host_table = argument;
    for (i = 0; i < 10000; i++)
        (void)ktime_get_ns();
    return NULL;
}

PLUGIN("calls the host from two threads at the same time")
{
    struct cma *cma;
    struct page *page;
    pthread_t thread;
    int i;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    if (pthread_create(&thread, NULL, meanwhile, (void *)host))
        return 0;
    for (i = 0; i < 1000; i++) {
        page = cma_alloc(cma, 1, 0, CMA_ALLOC_FAIL_FAST);
        if (page)
            cma_release(cma, page, 1);
    }
    pthread_join(thread, NULL);
    return 0;
}
