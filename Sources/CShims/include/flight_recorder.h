/* SPDX-License-Identifier: Apache-2.0
 *
 * flight_recorder.h - what a worker process was doing, in memory that outlives it. The worker writes, its
 * supervisor reads when the worker is gone. C because a signal handler writes here too.
 */
#ifndef DEVEMU_FLIGHT_RECORDER_H
#define DEVEMU_FLIGHT_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FLIGHT_ARGUMENTS = 5,
    FLIGHT_STACK_WORDS = 1024,
    FLIGHT_MAPS_SIZE = 64 << 10,
};

struct flight_recorder {
    /* Written by the supervisor too: the worker ends with what it has behind call number `limit`. */
    volatile uint64_t limit;
    /* Calls of the host begun until now; the last one's function, arguments and caller. */
    uint64_t calls;
    uint64_t arguments[FLIGHT_ARGUMENTS];
    uint32_t function;
    uint32_t caller;
    /* Whether the last call has not returned. */
    uint32_t is_inside;
    /* The instance whose code runs now, plus one; zero before the first. */
    uint32_t running;
    /* A broken rule that ended the worker, zero for none, and the function that was called then. */
    uint32_t broken_rule, broken_function;
    /* What of the sandbox is in force; the supervisor passes it on. */
    uint32_t confinement;

    /* Written by the handler of a deadly signal, zero before. */
    int32_t signal;
    int32_t signal_code;
    uint32_t memory_is_exhausted;
    uint64_t fault_address, program_counter;
    uint32_t stack_words;
    /* What was mapped where, as /proc/self/maps has it, so far as it fits. */
    uint32_t maps_size;
    uint64_t stack[FLIGHT_STACK_WORDS];
    char maps[FLIGHT_MAPS_SIZE];
};

/* A new recorder in memory of its own descriptor, which does not survive exec and keeps its size; -1 with errno set. Follows
 * memfd_create(2). */
int flight_recorder_create(void);

/* The recorder behind a descriptor, shared with everybody who maps it; NULL with errno set. */
struct flight_recorder *flight_recorder_map(int descriptor);

/* Gives a mapping back. */
void flight_recorder_unmap(struct flight_recorder *recorder);

/* Writes deadly signals of this process into the recorder before they kill it, with the address of the code
 * and a copy of the stack. 0, or -1 with errno set. Follows sigaction(2). */
int flight_recorder_watch_signals(struct flight_recorder *recorder);

/* Gives the calling thread a stack for signal handlers, so that an overflow of its own can be told. It is
 * kept until the end of the process. 0, or -1 with errno set. Follows sigaltstack(2). */
int flight_recorder_guard_thread(void);

/* What the handler copied: the words above the stack pointer, and the mappings. */
static inline const uint64_t *flight_recorder_stack(const struct flight_recorder *recorder)
{
    return recorder->stack;
}

static inline const char *flight_recorder_maps(const struct flight_recorder *recorder)
{
    return recorder->maps;
}

static inline uint64_t flight_recorder_argument(const struct flight_recorder *recorder, uint32_t index)
{
    return recorder->arguments[index];
}

/* Notes that a call begins. */
static inline void flight_recorder_enter(struct flight_recorder *recorder, uint32_t caller,
                                         uint32_t function, uint64_t a, uint64_t b, uint64_t c,
                                         uint64_t d, uint64_t e)
{
    recorder->calls++;
    recorder->arguments[0] = a;
    recorder->arguments[1] = b;
    recorder->arguments[2] = c;
    recorder->arguments[3] = d;
    recorder->arguments[4] = e;
    recorder->function = function;
    recorder->caller = caller;
    recorder->is_inside = 1;
}

/* Notes that the last call of `caller` returns. True when the worker is to end with what it has. */
static inline bool flight_recorder_leave(struct flight_recorder *recorder, uint32_t caller)
{
    recorder->is_inside = 0;
    recorder->running = caller + 1;
    return recorder->calls >= recorder->limit;
}

#endif
