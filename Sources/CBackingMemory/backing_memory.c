#define _GNU_SOURCE
#include "backing_memory.h"

#include <stdlib.h>
#include <sys/mman.h>

void *devemu_zeroed_memory(size_t count, size_t size) { return calloc(count, size); }

void devemu_free_memory(void *memory) { free(memory); }

int devemu_memory_file(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}
