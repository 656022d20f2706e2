// What a search for contiguous pages costs with nothing behind it: bits that are taken, bits that are pinned.
#pragma once
#include <stdint.h>

/// First fit page by page: the first window of `count` pages at a multiple of `count` of which no page is
/// taken or pinned. Takes it; -1 when there is none. `refused` counts windows that are clear and pinned.
long straight_first_fit(uint64_t *taken, const uint64_t *pinned, long pages, long count, long *refused);

/// The same word by word, for a `count` that is a power of two up to 64.
long word_first_fit(uint64_t *taken, const uint64_t *pinned, long pages, long count, long *refused);

/// Calls `body`: everything between entry and return is what an instruction count is wanted of, and a
/// name of C is one that callgrind can be told.
void measured(void (*body)(void *), void *context);
