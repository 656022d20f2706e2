#define _GNU_SOURCE
#include "loaded_libraries.h"

#include <link.h>

struct listener {
    void (*each)(const char *path, void *context);
    void *context;
};

static int tell(struct dl_phdr_info *info, size_t size, void *data)
{
    const struct listener *listener = data;

    (void)size;
    if (info->dlpi_name && info->dlpi_name[0])
        listener->each(info->dlpi_name, listener->context);
    return 0;
}

void devemu_each_loaded_library(void (*each)(const char *path, void *context), void *context)
{
    struct listener listener = {each, context};

    dl_iterate_phdr(tell, &listener);
}
