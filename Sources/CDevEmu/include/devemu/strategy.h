/* SPDX-License-Identifier: Apache-2.0
 *
 * devemu/strategy.h - what a plugin of kind=strategy is made of. Part of devemu/plugin.h, which includes
 * it.
 */
#ifndef DEVEMU_STRATEGY_H
#define DEVEMU_STRATEGY_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How hard one allocation tries. Everything off is the least that can be done. */
enum cma_effort_flags {
    CMA_DRAIN_PCP = 1,          /* drain_all_pages() before each window is tested */
    CMA_DISABLE_PCP = 2,        /* per-CPU page lists are off for the whole call */
    CMA_DISABLE_LRU = 4,        /* lru_cache_disable() before pages are isolated */
    CMA_ASYNC = 8,              /* never wait for a page lock or for writeback */
    CMA_CACHE_LAST_FAILURE = 16, /* search behind the last window that failed */
    CMA_BUSY_IS_FINAL = 32,     /* -EBUSY of the migrate stage is not forgiven */
    CMA_SKIP_BLOCK = 64,        /* behind a busy window go on at the next largest block */
};

struct cma_effort {
    uint32_t size;          /* sizeof(struct cma_effort) */
    uint32_t flags;         /* enum cma_effort_flags */
    uint32_t migrate_tries; /* migrate_pages() calls a batch gets, 0 ... 100; with 0 nothing is moved */
    uint32_t rescans;       /* how often to sleep and search again when every window was busy, 0 ... 100 */
    uint64_t rescan_delay_ns;
};

/* What a look at a page can tell, the worst last. */
enum cma_obstacle {
    CMA_CLEAR = 0,
    CMA_ON_PCP_LIST = 1,  /* free, but on a per-CPU list: a drain helps */
    CMA_IN_LRU_BATCH = 2, /* not on the LRU yet: a drain helps */
    CMA_LOCKED = 3,
    CMA_WRITEBACK = 4,
    CMA_PINNED = 5,       /* more references than its mappings explain, or the kernel's own */
};

/* ---- What a strategy calls -------------------------------------------------------------------
 *
 * A strategy (kind=strategy) is a function that gathers up to `wanted` chunks from `cma` for some
 * driver, writes them to `chunks` and returns how many. It may use cma_alloc() and cma_release(), which
 * do exactly what they are asked, ktime_get_ns() and msleep(), and what follows. Its static data lives
 * as long as the run: what it learns about the area is its own to keep. */

/* cma_alloc() with an effort of one's own. NULL when no window could be had or the effort is out of
 * bounds. */
static inline struct page *cma_alloc_effort(struct cma *cma, size_t count, unsigned int align,
                                            const struct cma_effort *effort)
{
    return devemu_host_table->cma_alloc_effort(devemu_host_table->context, cma, count, align, effort);
}

/* Pages of the area. */
static inline size_t cma_pages(struct cma *cma)
{
    return devemu_host_table->cma_pages(devemu_host_table->context, cma);
}

/* The first window of `count` pages at or behind page `from` of the area of which nothing is allocated:
 * its offset in pages from the area's base, or -1. */
static inline int64_t cma_next_window(struct cma *cma, size_t from, size_t count, unsigned int align)
{
    return devemu_host_table->cma_next_window(devemu_host_table->context, cma, from, count, align);
}

/* Tries just this window, as a call of its own. NULL when it is busy. */
static inline struct page *cma_try_window(struct cma *cma, size_t offset, size_t count,
                                          const struct cma_effort *effort)
{
    return devemu_host_table->cma_try_window(devemu_host_table->context, cma, offset, count, effort);
}

/* The worst thing that stands in a window's way; `where`, unless NULL, receives the offset of the page.
 * Costs a little for each page looked at and changes nothing. */
static inline enum cma_obstacle cma_look(struct cma *cma, size_t offset, size_t count, size_t *where)
{
    return (enum cma_obstacle)devemu_host_table->cma_look(devemu_host_table->context, cma, offset, count,
                                                          where);
}

/* lru_add_drain_all() and drain_all_pages(). */
static inline void cma_drain_all(struct cma *cma)
{
    devemu_host_table->cma_drain_all(devemu_host_table->context, cma);
}

#ifdef __cplusplus
}
#endif

#endif
