#include "devemu/plugin.h"
