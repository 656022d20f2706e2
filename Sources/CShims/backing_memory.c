#define _GNU_SOURCE
#include "backing_memory.h"

#include <stdlib.h>
#include <sys/mman.h>

void *devemu_zeroed_memory(size_t count, size_t size) { return calloc(count, size); }

void devemu_free_memory(void *memory) { free(memory); }

static int reserved = -1;

int devemu_reserve_memory_file(const char *name)
{
    if (reserved < 0)
        reserved = memfd_create(name, MFD_CLOEXEC);
    return reserved < 0 ? -1 : 0;
}

int devemu_memory_file(const char *name)
{
    int file = reserved;

    reserved = -1;
    return file < 0 ? memfd_create(name, MFD_CLOEXEC) : file;
}
