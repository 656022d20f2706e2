// libfdt as Swift sees it; only KernelFormats imports this module.
#pragma once
#include <libfdt.h>
