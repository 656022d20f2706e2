/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"
#include <fenv.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

PLUGIN("changes the locale, the rounding mode, the umask and the folder, and leaves it so")
{
    struct cma *cma;
    struct page *page;

    devemu_attach(host);
    cma = dev_get_cma_area(device_register("camera"));
    setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "de_DE.UTF-8");
    fesetround(FE_UPWARD);
    umask(0777);
    if (chdir("/") < 0)
        return 1;
    page = cma_alloc(cma, 16, 0, CMA_ALLOC_NORMAL);
    CHECK(page && cma_release(cma, page, 16));
    return 0;
}
