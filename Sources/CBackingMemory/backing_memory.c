#define _GNU_SOURCE
#include "backing_memory.h"

#include <sys/mman.h>

int devemu_memory_file(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}
