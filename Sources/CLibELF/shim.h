// libelf, and what the dynamic linker tells of itself, as Swift sees them; only ELFInspection imports this module.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // dl_iterate_phdr()
#endif
#include <elf.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
