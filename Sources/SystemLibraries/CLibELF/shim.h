// libelf as Swift sees it; only ELFInspection imports this module.
#pragma once
#include <elf.h>
#include <gelf.h>
#include <libelf.h>
