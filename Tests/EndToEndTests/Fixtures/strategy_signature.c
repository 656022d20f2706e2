/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

DEVEMU_PLUGIN_NOTE(
    "id=org.example.strategy\0" "version=1.0\0" "license=Apache-2.0\0" "kind=strategy\0"
    "summary=forgot the alignment\0"
    "entry=gather:size(ptr host, ptr cma, size wanted, size chunk_pages, ptr chunks)\0")

DEVEMU_EXPORT size_t gather(const struct devemu_host *host, struct cma *cma, size_t wanted,
                            size_t chunk_pages, const struct page **chunks)
{
    (void)host, (void)cma, (void)wanted, (void)chunk_pages, (void)chunks;
    return 0;
}
