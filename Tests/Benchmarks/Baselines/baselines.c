#include "baselines.h"

static int is_set(const uint64_t *map, long bit) { return map[bit >> 6] >> (bit & 63) & 1; }

static int any_set(const uint64_t *map, long first, long count) {
    for (long bit = first; bit < first + count; bit++)
        if (is_set(map, bit)) return 1;
    return 0;
}

long straight_first_fit(uint64_t *taken, const uint64_t *pinned, long pages, long count, long *refused) {
    for (long first = 0; first + count <= pages; first += count) {
        if (any_set(taken, first, count)) continue;
        if (any_set(pinned, first, count)) {
            ++*refused;
            continue;
        }
        for (long bit = first; bit < first + count; bit++) taken[bit >> 6] |= 1ull << (bit & 63);
        return first;
    }
    return -1;
}

long word_first_fit(uint64_t *taken, const uint64_t *pinned, long pages, long count, long *refused) {
    const uint64_t window = count == 64 ? ~0ull : (1ull << count) - 1;
    for (long word = 0; word < pages >> 6; word++) {
        if (taken[word] == ~0ull) continue;
        for (long bit = 0; bit < 64; bit += count) {
            if (taken[word] >> bit & window) continue;
            if (pinned[word] >> bit & window) {
                ++*refused;
                continue;
            }
            taken[word] |= window << bit;
            return (word << 6) + bit;
        }
    }
    return -1;
}

void measured(void (*body)(void *), void *context) { body(context); }
