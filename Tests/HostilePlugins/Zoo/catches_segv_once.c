/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <setjmp.h>
#include <signal.h>

static sigjmp_buf back;

static void handler(int number)
{
    (void)number;
    siglongjmp(back, 1);
}

PLUGIN("survives its own SIGSEGV, which is its own business")
{
    devemu_attach(host);
    signal(SIGSEGV, handler);
    if (sigsetjmp(back, 1) == 0)
        *(volatile int *)0 = 1;
    return 0;
}
