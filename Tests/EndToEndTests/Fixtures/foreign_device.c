/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

PLUGIN("uses the device of whoever came first")
{
    struct device *own, *first;

    devemu_attach(host);
    own = device_register("own");
    CHECK(own);
    /* Handles are counted up from the first device of the run. */
    first = (struct device *)0xffffde0000000000ul;
    if (own == first)
        return 0;
    CHECK(!dev_get_cma_area(first));
    CHECK(!buffer_set_open(first, "stolen", 1, 1));
    CHECK(dev_get_cma_area(own));
    return 0;
}
